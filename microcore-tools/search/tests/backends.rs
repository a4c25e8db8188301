//! The battery on every backend, what each shows alone, and that all find the same, whatever is typed.
//!
//! The server is PostgreSQL. Without it the cases of `Postgres` are skipped, unless `MICROCORE_REQUIRE_SERVICES` is set.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../../tests/db/cluster.rs"]
#[allow(dead_code, reason = "other tests kill the server, too")]
mod cluster;

use std::sync::atomic::{AtomicUsize, Ordering};

use cluster::Cluster;
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Problems, Settings};
use microcore_search::battery::{Bench, open, run};
use microcore_search::{Backend, Document, Fake, Fts5, Postgres, Query, Search, SearchError};
use proptest::prelude::*;
use tempfile::TempDir;

struct InMemory;

impl Bench for InMemory {
    type Backend = Fake;

    async fn begin() -> Option<Self> {
        Some(Self)
    }

    fn environment(&self) -> Environment {
        Environment::default()
    }
}

struct InFile(TempDir);

impl Bench for InFile {
    type Backend = Fts5;

    async fn begin() -> Option<Self> {
        Some(Self(TempDir::new().unwrap()))
    }

    fn environment(&self) -> Environment {
        Environment::of([("SEARCH_FILE", self.0.path().join("search.db").to_str().unwrap())])
    }
}

struct OnServer(Environment);

impl Bench for OnServer {
    type Backend = Postgres;

    async fn begin() -> Option<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let url = Cluster::shared()?.url();
        let name = format!("search_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let url = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
        Some(Self(Environment::of([("SEARCH_URL", url), ("SEARCH_TIMEOUT", "30s".to_owned())])))
    }

    fn environment(&self) -> Environment {
        self.0.clone()
    }
}

mod fake {
    use super::*;

    microcore_search::battery!(InMemory);
}

mod fts5 {
    use super::*;

    microcore_search::battery!(InFile);

    #[test]
    fn an_index_outlives_its_process_and_two_may_write_it() {
        run(async {
            let bench = InFile::begin().await.unwrap();
            let (one, other) = (open(&bench).await, open(&bench).await);
            let write = |search: Search<Fts5>, letter: &'static str| {
                tokio::spawn(async move {
                    for number in 0..20 {
                        search.index("texts", &format!("{letter}{number}"), Document::titled("apple")).await.unwrap();
                    }
                })
            };
            let (first, second) = (write(one.clone(), "a"), write(other, "b"));
            first.await.unwrap();
            second.await.unwrap();
            drop(one);
            assert_eq!(open(&bench).await.query("texts", Query::of("apple")).await.unwrap().total, 40);
        });
    }

    #[test]
    fn a_file_that_is_none_is_refused_and_one_that_cannot_be_made_is_an_outage() {
        run(async {
            let bench = InFile::begin().await.unwrap();
            std::fs::write(bench.0.path().join("search.db"), "no database at all, but long enough".repeat(100))
                .unwrap();
            let refused = open(&bench).await.query("texts", Query::of("apple")).await;
            assert!(matches!(refused, Err(SearchError::Refused(_))), "{refused:?}");
            let environment = Environment::of([("SEARCH_FILE", "/nowhere/at/all.db")]);
            let settings = <Fts5 as Backend>::Settings::load(&environment).unwrap();
            let search = Search::<Fts5>::setup(settings, &Boot::new(environment)).await.unwrap();
            assert_eq!(search.health_check().await.unwrap_err().status(), 503);
        });
    }
}

mod postgres {
    use super::*;

    microcore_search::battery!(OnServer);

    #[test]
    fn several_processes_open_it_at_one_time() {
        run(async {
            let Some(bench) = OnServer::begin().await else { return };
            let (one, other, third) = (open(&bench).await, open(&bench).await, open(&bench).await);
            let (one, other, third) = tokio::join!(one.health_check(), other.health_check(), third.health_check());
            assert!(one.and(other).and(third).is_ok());
        });
    }

    #[test]
    fn a_server_that_is_away_is_an_outage_and_no_address_is_a_wrong_setting() {
        run(async {
            let setup = |url: &str| {
                let environment = Environment::of([("SEARCH_URL", url), ("SEARCH_TIMEOUT", "5s")]);
                let settings = <Postgres as Backend>::Settings::load(&environment).unwrap();
                async move { Search::<Postgres>::setup(settings, &Boot::new(environment)).await }
            };
            let away = setup("postgres://postgres@127.0.0.1:1/postgres").await.unwrap();
            let failed = away.query("texts", Query::of("apple")).await;
            assert!(matches!(failed, Err(SearchError::Unavailable(_))), "{failed:?}");
            assert!(away.query("texts", Query::of("")).await.is_ok(), "nothing is asked of it");
            let error = setup("http://localhost").await.unwrap_err();
            assert!(error.find::<Problems>().is_some_and(|wrong| wrong.to_string().contains("SEARCH_URL")), "{error}");
        });
    }
}

/// What the fake finds is what every backend finds, whatever is indexed and typed.
#[test]
fn all_backends_find_the_same() {
    let word =
        || prop::sample::select(vec!["a", "b", "ab", "abc", "ä", "b-c", "\"", "-", "a b", "'", "\\", "NOT", "🦀", "1"]);
    let text = || prop::collection::vec(prop_oneof![8 => word().prop_map(str::to_owned), 1 => any::<String>()], 0..6);
    let case = (prop::collection::vec((text(), text()), 1..4), prop::collection::vec((text(), any::<bool>()), 1..6));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 60, ..ProptestConfig::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (file, server) = runtime.block_on(async { (InFile::begin().await.unwrap(), OnServer::begin().await) });
    let (in_file, on_server) = runtime.block_on(async {
        let on_server = match &server {
            Some(bench) => Some(open(bench).await),
            None => None,
        };
        (open(&file).await, on_server)
    });
    let done = runner.run(&case, |(documents, queries)| {
        runtime.block_on(async {
            let fake = Search::<Fts5>::fake().await.unwrap();
            in_file.clear("texts").await.unwrap();
            if let Some(on_server) = &on_server {
                on_server.clear("texts").await.unwrap();
            }
            for (number, (title, text)) in documents.iter().enumerate() {
                let clean = |parts: &[String]| parts.join(" ").replace('\0', "");
                let document = Document::titled(clean(title)).text(clean(text));
                let id = number.to_string();
                fake.index("texts", &id, document.clone()).await.unwrap();
                in_file.index("texts", &id, document.clone()).await.unwrap();
                if let Some(on_server) = &on_server {
                    on_server.index("texts", &id, document).await.unwrap();
                }
            }
            for (typed, as_typed) in queries {
                let query = Query::of(typed.join(" "));
                let query = if as_typed { query.as_typed() } else { query };
                let expected = found(&fake, &query).await;
                assert_eq!(found(&in_file, &query).await, expected, "in a file: {query:?}");
                if let Some(on_server) = &on_server {
                    assert_eq!(found(on_server, &query).await, expected, "on a server: {query:?}");
                }
            }
        });
        Ok(())
    });
    done.unwrap_or_else(|error| panic!("{error}"));
}

async fn found<B: Backend>(search: &Search<B>, query: &Query) -> Vec<String> {
    let found = search.query("texts", query.clone()).await.unwrap();
    let mut ids: Vec<String> = found.hits.into_iter().map(|hit| hit.id).collect();
    ids.sort();
    ids
}
