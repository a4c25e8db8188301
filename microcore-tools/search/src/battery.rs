//! What every backend must do, as cases over a [`Bench`]. A crate with a backend of its own mounts them with
//! [`battery!`](crate::battery!).
//!
//! In: a way to open the backend with an empty index. Out: one test per case.
#![allow(clippy::missing_panics_doc, reason = "a case that does not hold panics")]

use std::future::Future;

use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};

use super::{Backend, Document, Found, LONGEST_DOCUMENT, Query, Search, SearchError};

/// A backend under test.
pub trait Bench: Sized {
    /// The backend.
    type Backend: Backend;

    /// Begins with an empty index; `None` where the machine lacks what it needs, and the case is skipped.
    fn begin() -> impl Future<Output = Option<Self>>;

    /// The settings with which it is opened.
    fn environment(&self) -> Environment;
}

/// Runs a case on a runtime of its own.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(case);
}

/// Mounts every case as a test: `microcore_search::battery!(MyBench);` in a module of an integration test.
#[macro_export]
macro_rules! battery {
    ($bench:ty) => {
        $crate::battery!(@cases $bench:
            finds_words_in_title_and_text
            replaces_removes_and_clears
            words_phrases_and_what_is_left_out
            a_word_may_go_on_while_somebody_types
            fields_are_asked_for_exactly
            gives_page_by_page_and_the_number_of_all
            a_word_in_the_title_counts_for_more
            marks_what_was_found
            whatever_is_typed_is_a_query
            refuses_what_is_no_document
            is_healthy
        );
    };
    (@cases $bench:ty: $($case:ident)+) => {$(
        #[test]
        fn $case() {
            $crate::battery::run($crate::battery::$case::<$bench>());
        }
    )+};
}

/// Opens the index of a bench.
pub async fn open<B: Bench>(bench: &B) -> Search<B::Backend> {
    let environment = bench.environment();
    let settings = <B::Backend as Backend>::Settings::load(&environment).unwrap_or_else(|wrong| panic!("{wrong}"));
    Search::setup(settings, &Boot::new(environment)).await.unwrap_or_else(|error| panic!("{error}"))
}

fn ok<T>(result: Result<T, SearchError>) -> T {
    result.unwrap_or_else(|error| panic!("{error:?}"))
}

async fn index<B: Backend>(search: &Search<B>, id: &str, title: &str, text: &str) {
    ok(search.index("texts", id, Document::titled(title).text(text)).await);
}

/// The ids that a query finds, in the order of their bytes.
async fn ids<B: Backend>(search: &Search<B>, query: Query) -> Vec<String> {
    let mut ids: Vec<String> = of(&ok(search.query("texts", query).await));
    ids.sort();
    ids
}

fn of(found: &Found) -> Vec<String> {
    found.hits.iter().map(|hit| hit.id.clone()).collect()
}

/// A case.
pub async fn finds_words_in_title_and_text<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    index(&search, "1", "Käse & Brot", "Aus der Straße nebenan, e-mail an Zoë").await;
    index(&search, "2", "Kase", "日本 語 Привет МИР v2.0 İstanbul").await;
    for (typed, expected) in [
        ("käse", "1"),
        ("KÄSE", "1"),
        ("kase", "2"),
        ("brot", "1"),
        ("straße", "1"),
        ("mail", "1"),
        ("e-mail", "1"),
        ("привет", "2"),
        ("мир", "2"),
        ("日本", "2"),
        ("v2", "2"),
        ("istanbul", "2"),
        ("käse straße", "1"),
        ("kas", ""),
        ("brote", ""),
        ("der die", ""),
    ] {
        let found = ids(&search, Query::of(typed)).await;
        assert_eq!(found.join(" "), expected, "{typed}");
    }
}

/// A case.
pub async fn replaces_removes_and_clears<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    index(&search, "1", "one", "apple").await;
    index(&search, "2", "two", "apple").await;
    ok(search.index("others", "1", Document::titled("apple")).await);
    index(&search, "1", "one", "pear").await;
    assert_eq!(ids(&search, Query::of("apple")).await, ["2"]);
    assert_eq!(ids(&search, Query::of("pear")).await, ["1"]);
    for _ in 0..2 {
        ok(search.remove("texts", "1").await);
        assert!(ids(&search, Query::of("pear")).await.is_empty());
    }
    ok(search.clear("texts").await);
    assert!(ids(&search, Query::of("apple")).await.is_empty());
    assert_eq!(of(&ok(search.query("others", Query::of("apple")).await)), ["1"]);
    index(&search, "2", "two", "apple").await;
    assert_eq!(ids(&search, Query::of("apple")).await, ["2"]);
}

/// A case.
pub async fn words_phrases_and_what_is_left_out<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    index(&search, "1", "A web framework", "for Rust, in parts").await;
    index(&search, "2", "Web", "rust on iron; a framework for web pages").await;
    index(&search, "3", "Parts", "web-framework in PHP").await;
    for (typed, expected) in [
        ("web framework", "1 2 3"),
        ("framework web rust", "1 2"),
        ("\"web framework\"", "1 3"),
        ("web-framework", "1 3"),
        ("\"framework web\"", ""),
        ("\"framework for\"", "2"),
        ("web -php", "1 2"),
        ("web -php -iron", "1"),
        ("web -\"framework for\"", "1 3"),
        ("web -nothing", "1 2 3"),
        ("-php", ""),
        ("web AND php", ""),
        ("", ""),
        ("…", ""),
    ] {
        assert_eq!(ids(&search, Query::of(typed)).await.join(" "), expected, "{typed}");
    }
}

/// A case.
pub async fn a_word_may_go_on_while_somebody_types<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    index(&search, "1", "Framework", "for webs").await;
    index(&search, "2", "Frame", "für Österreich").await;
    for (typed, expected) in [
        ("fram", "1 2"),
        ("frame", "1 2"),
        ("framew", "1"),
        ("frame ", "2"),
        ("fram we", ""),
        ("framework we", "1"),
        ("for-we", "1"),
        ("ö", "2"),
        ("\"fram", ""),
        ("für -fram", "2"),
    ] {
        assert_eq!(ids(&search, Query::of(typed).as_typed()).await.join(" "), expected, "{typed}");
    }
    assert!(ids(&search, Query::of("fram")).await.is_empty());
}

/// A case.
pub async fn fields_are_asked_for_exactly<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    let document = |lang: &str| Document::titled("apple").field("lang", lang).field("a'b\"c$.d", "x'y\"z%_\\");
    ok(search.index("texts", "1", document("de")).await);
    ok(search.index("texts", "2", document("DE")).await);
    ok(search.index("texts", "3", Document::titled("apple")).await);
    let query = || Query::of("apple");
    assert_eq!(ids(&search, query().field("lang", "de")).await, ["1"]);
    assert_eq!(ids(&search, query().field("lang", "d%")).await, [""; 0]);
    assert_eq!(ids(&search, query().field("lang", "")).await, [""; 0]);
    assert_eq!(ids(&search, query().field("a'b\"c$.d", "x'y\"z%_\\")).await, ["1", "2"]);
    assert_eq!(ids(&search, query().field("a'b\"c$.d", "x'y\"z%_\\").field("lang", "DE")).await, ["2"]);
    assert_eq!(ids(&search, query().field("lang", "de\0")).await, [""; 0]);
    assert!(ids(&search, Query::of("de")).await.is_empty(), "a field is no text");
    let found = ok(search.query("texts", query().field("lang", "de")).await);
    assert_eq!(found.hits[0].fields, document("de").fields);
}

/// A case.
pub async fn gives_page_by_page_and_the_number_of_all<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    for number in 0..25 {
        index(&search, &format!("{number:02}"), "apple", "pie").await;
    }
    let page = async |limit, offset| ok(search.query("texts", Query::of("apple").limit(limit).offset(offset)).await);
    assert_eq!(ok(search.query("texts", Query::of("apple")).await).hits.len(), 20);
    let mut all = Vec::new();
    for offset in [0, 10, 20] {
        let found = page(10, offset).await;
        assert_eq!(found.total, 25);
        all.extend(of(&found));
    }
    let expected: Vec<String> = (0..25).map(|number| format!("{number:02}")).collect();
    assert_eq!(all, expected, "what fits alike is in the order of its ids");
    let behind = page(10, 100).await;
    assert_eq!((behind.hits.len(), behind.total), (0, 25));
    assert_eq!(page(0, 0).await.total, 25);
    assert_eq!(page(1_000, 0).await.hits.len(), 25);
    assert_eq!(ok(search.query("texts", Query::of("plum")).await), Found::default());
}

/// A case.
pub async fn a_word_in_the_title_counts_for_more<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    index(&search, "1", "bread", "a word of apple among some others").await;
    index(&search, "2", "apple", "a word of bread among some others").await;
    index(&search, "3", "others", "neither of them is there").await;
    let found = ok(search.query("texts", Query::of("apple")).await);
    assert_eq!(of(&found), ["2", "1"]);
    assert!(found.hits[0].score > found.hits[1].score);
    assert_eq!(of(&ok(search.query("texts", Query::of("bread")).await)), ["1", "2"]);
}

/// A case.
pub async fn marks_what_was_found<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    let text = format!("{}Some <b>Rust</b> & more. {}", "Nothing here. ".repeat(50), "The end. ".repeat(50));
    index(&search, "1", "Rust's \"web\"", &text).await;
    let found = ok(search.query("texts", Query::of("-php rust we").as_typed()).await);
    assert_eq!(found.hits[0].title.html(), "<mark>Rust</mark>&#39;s &quot;<mark>web</mark>&quot;");
    let html = found.hits[0].excerpt.html();
    assert!(html.contains("&lt;b&gt;<mark>Rust</mark>&lt;/b&gt; &amp; more."), "{html}");
    assert!(html.starts_with('…') && html.ends_with('…') && html.len() < 400, "{html}");
}

/// A case.
pub async fn whatever_is_typed_is_a_query<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    index(&search, "1", "drop table", "near or not and").await;
    let specials: Vec<String> = (1_u8..128).map(|byte| format!("{}drop{0}", char::from(byte))).collect();
    let typed = [
        "\"",
        "\"\"",
        "\"\"\"",
        "-",
        "--",
        "-\"",
        "'",
        "''",
        "\\",
        "\\'",
        "drop'",
        "drop\\",
        "drop\"",
        "NEAR(drop table)",
        "drop NEAR/2 table",
        "drop*",
        "drop:*",
        "^drop",
        "title:drop",
        "{title text}: drop",
        "drop & ! table",
        "drop <-> x",
        "drop | table",
        "drop) OR (1=1",
        "$1",
        "?",
        "%",
        "_",
        "\0",
        "drop\0table",
        "\u{feff}drop",
        "🦀",
        "a\u{301}",
        "'; DROP TABLE document; --",
        "drop:A",
        "!drop",
        "!!drop",
        "<->",
        "AND",
        "OR NOT",
        "()",
        "drop+table",
    ];
    for typed in typed.into_iter().map(str::to_owned).chain(specials).chain(["x ".repeat(10_000), "\"".repeat(9_999)]) {
        for query in [Query::of(typed.clone()), Query::of(typed.clone()).as_typed()] {
            let found = search.query("texts", query).await;
            assert!(found.is_ok(), "{typed:?}: {found:?}");
        }
    }
    assert_eq!(ids(&search, Query::of("'drop\\ (table)")).await, ["1"]);
    assert_eq!(ids(&search, Query::of("title:drop")).await, [""; 0], "no column is named by a query");
}

/// A case.
pub async fn refuses_what_is_no_document<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    let long = "x".repeat(201);
    for (collection, id) in
        [("", "1"), ("texts", ""), (&*long, "1"), ("texts", &*long), ("te\0xts", "1"), ("texts", "\0")]
    {
        let refused = search.index(collection, id, Document::titled("x")).await;
        assert!(matches!(refused, Err(SearchError::Document(_))), "{refused:?}");
    }
    for document in [
        Document::titled("x".repeat(LONGEST_DOCUMENT + 1)),
        Document::titled("\0"),
        Document::titled("x").text("\0"),
        Document::titled("x").field("\0", "x"),
        Document::titled("x").field("x", "\0"),
    ] {
        let refused = search.index("texts", "1", document).await;
        assert!(matches!(refused, Err(SearchError::Document(_))), "{refused:?}");
    }
    // As much as there may be: of different words, and of one.
    let many = (0..32_000).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
    index(&search, "1", "", &many).await;
    index(&search, "2", &"x".repeat(10_000), &"same ".repeat(50_000)).await;
    index(&search, "3", "", "").await;
    assert_eq!(ids(&search, Query::of("w31999")).await, ["1"]);
    assert_eq!(ids(&search, Query::of("same")).await, ["2"]);
    assert_eq!(ids(&search, Query::of("x".repeat(10_000))).await, ["2"]);
}

/// A case.
pub async fn is_healthy<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let search = open(&bench).await;
    search.health_check().await.unwrap_or_else(|error| panic!("{error}"));
    let clone = search.clone();
    drop(search);
    index(&clone, "1", "late", "").await;
    assert_eq!(ids(&clone, Query::of("late")).await, ["1"]);
}
