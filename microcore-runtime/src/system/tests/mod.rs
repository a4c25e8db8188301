//! Who sees the inside: every row for every page, and what the pages themselves say.

mod api;
mod rows;
mod sign_in;

use std::sync::LazyLock;

use http::Request;

use self::rows::{HERE, ROWS, Row};
use super::*;
use crate::event::{DeadLetter, Deliveries, EventStatus};
use crate::manifest::{Manifest, PluginFacts};
use crate::plugin::Slot;
use crate::request::{Authenticate, TokenPlaces};
use crate::settings::{Environment, Settings};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A bus on which nothing ever happened, but for dead letter 7.
#[derive(Debug, Default)]
struct Quiet(Deliveries);

impl Watched for Quiet {
    fn deliveries(&self) -> Deliveries {
        self.0
    }

    fn topology(&self) -> Looked<'_, Vec<EventStatus>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn dead(&self, limit: usize) -> Looked<'_, Vec<DeadLetter>> {
        Box::pin(async move { Ok(dead().into_iter().take(limit).collect()) })
    }

    fn replay(&self, dead_letter: u64) -> Looked<'_, bool> {
        Box::pin(async move { Ok(dead_letter == 7) })
    }

    fn discard(&self, dead_letter: u64) -> Looked<'_, bool> {
        Box::pin(async move { Ok(dead_letter == 7) })
    }
}

/// Two of one kind, and another.
fn dead() -> Vec<DeadLetter> {
    let letter = |id: u64, subscriber: &str, event: &str, error: &str| {
        let context = crate::context::Context::request(Id::make());
        let mut envelope = crate::event::Envelope::new(&context, Some("users.create_user"), None, 1);
        event.clone_into(&mut envelope.event);
        let payload = format!(r#"{{"id":{id},"email":"ana@example.com"}}"#);
        DeadLetter { error: error.to_owned(), failed_at: id, ..DeadLetter::new(id, subscriber, envelope, payload) }
    };
    vec![
        letter(7, "mail.welcome.send", "user.created", "no mailbox 17"),
        letter(70, "mail.welcome.send", "user.created", "no mailbox 18"),
        letter(71, "search.index.forget", "user.deleted", "the index is away"),
    ]
}

/// The token is the role.
#[derive(Debug)]
struct Roles;

impl Authenticate for Roles {
    fn token_places(&self) -> &TokenPlaces {
        static PLACES: LazyLock<TokenPlaces> = LazyLock::new(|| TokenPlaces::default().or_cookie("access_token"));
        &PLACES
    }

    fn authenticate(&self, token: &str) -> crate::error::Result<serde_json::Value> {
        if token == "expired" {
            return Err(Error::unauthorized("the token has expired"));
        }
        Ok(serde_json::json!({ "sub": "ana", "roles": [token] }))
    }
}

const MANIFEST: Manifest =
    Manifest { name: "a", version: "1", plugins: &[PluginFacts::needing(&["bus"])], ..Manifest::EMPTY };

static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| crate::openapi::describe(&MANIFEST, None));

fn system(settings: &[(&'static str, &'static str)], place: Place) -> Option<System> {
    let environment = settings.iter().fold(Environment::default(), |all, (key, value)| all.with(*key, *value));
    let settings = ServerSettings::load(&environment).unwrap();
    let bus: &'static Slot<Quiet> = Box::leak(Box::new(Slot::new(Ok(Quiet::default()))));
    let auth: &'static Slot<Roles> = Box::leak(Box::new(Slot::new(Ok(Roles))));
    let inside = Inside::default().with_bus(&MANIFEST, bus).with_auth(auth).described(Some(&MANIFEST), environment);
    let documents = (settings.docs != Some(false)).then(|| DOCUMENTS.clone());
    System::of(&settings, place, inside, documents, CancellationToken::new())
}

fn head(row: &Row, method: Method, path: &str) -> Head {
    let request = Request::builder().method(method).version(row.version).uri(format!("{}{path}", row.target));
    let request = row.headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

async fn ask(row: &Row, method: Method, path: &str) -> Option<Response> {
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    let system = system(row.settings, Place::Public(Some(address(row.listener))))?;
    let id = Id::make();
    let visitor = Visitor { peer: address(row.peer), client: address(row.peer), id: &id };
    system.answer(&head(row, method, path), visitor).await
}

/// Every path that says something, with the method that it has.
fn paths() -> Vec<(String, Method)> {
    let pages = page::PAGES
        .iter()
        .map(|page| (page.path.replace("{}", "7"), if page.acts { Method::POST } else { Method::GET }))
        .map(|(path, method)| (if path.ends_with("/stream") { path + "?topics=status" } else { path }, method));
    let documents = ["/openapi.json", "/system/openapi.json"].map(|path| (path.to_owned(), Method::GET));
    #[cfg(feature = "dashboard")]
    let documents = documents.into_iter().chain(dashboard::paths().into_iter().map(|path| (path, Method::GET)));
    pages.chain(documents).collect()
}

#[tokio::test]
async fn who_may_look_sees_every_page_and_nobody_else_sees_any() {
    assert!(ROWS.len() >= 60);
    for row in ROWS {
        for (path, method) in paths() {
            for method in [method, Method::OPTIONS, Method::HEAD, Method::DELETE] {
                let answer = ask(row, method.clone(), &path).await;
                assert_eq!(answer.is_some(), row.welcome, "{method} {path} {row:?}");
            }
        }
        let unknown = ask(row, Method::GET, "/system/no/such/page").await;
        assert!(unknown.is_none(), "{row:?}");
    }
}

#[tokio::test]
async fn the_public_listener_has_nothing_where_the_pages_have_their_own() {
    let settings = [("SYSTEM_PORT", "9000")];
    let here: IpAddr = "127.0.0.1".parse().unwrap();
    assert!(system(&settings, Place::Public(Some(here))).is_none());
    let own = system(&settings, Place::Own(Some(here))).unwrap();
    let id = Id::make();
    let visitor = Visitor { peer: here, client: here, id: &id };
    assert_eq!(own.answer(&head(&HERE, Method::GET, "/system/api/events"), visitor).await.unwrap().status(), 200);
    assert!(
        own.answer(
            &head(&Row { headers: &[("host", "evil.example")], ..HERE }, Method::GET, "/system/api/events"),
            visitor
        )
        .await
        .is_none()
    );
}

#[tokio::test]
async fn every_answer_keeps_other_sites_and_caches_out() {
    for (path, method) in paths() {
        let answer = ask(&HERE, method, &path).await.unwrap();
        let lasts = path == "/system/" || path.starts_with("/system/page/");
        let caching = answer.headers()["cache-control"].to_str().unwrap();
        assert_eq!(caching == "no-store", !lasts || cfg!(not(feature = "dashboard")), "{path}: {caching}");
        for (name, value) in [
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.headers()[name], value, "{path}");
        }
        assert_eq!(
            answer.headers()["content-security-policy"],
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
             frame-ancestors 'none'",
            "{path}"
        );
        assert!(answer.body().is_private(), "{path}: no setting of CORS applies, and nothing is compressed");
    }
}

#[tokio::test]
async fn a_page_has_its_methods_and_no_others() {
    for (method, path, status, allow) in [
        (Method::POST, "/system/api/events", 405, Some("GET, HEAD, OPTIONS")),
        (Method::OPTIONS, "/system/api/events", 204, Some("GET, HEAD, OPTIONS")),
        (Method::HEAD, "/system/api/events", 200, None),
        (Method::GET, "/system/api/dead/7/replay", 405, Some("OPTIONS, POST")),
        (Method::GET, "/system", 303, None),
        (Method::DELETE, "/system/", 405, Some("GET, HEAD, OPTIONS")),
        (Method::GET, "/system/api/dead/replay", 405, Some("OPTIONS, POST")),
        (Method::POST, "/system/api/stream", 405, Some("GET, HEAD, OPTIONS")),
        (Method::PUT, "/system/api/settings", 405, Some("GET, HEAD, OPTIONS")),
    ] {
        let answer = ask(&HERE, method.clone(), path).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        assert_eq!(answer.headers().get("allow").map(|allow| allow.to_str().unwrap()), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn acting_takes_a_page_of_ones_own_and_the_leave_to_act() {
    const ACTS: &[(&str, &str)] = &[("host", "localhost:5000"), ("x-requested-with", "fetch")];
    const OWN: &[(&str, &str)] = &[
        ("host", "localhost:5000"),
        ("x-requested-with", "fetch"),
        ("origin", "http://localhost:5000"),
        ("sec-fetch-site", "same-origin"),
    ];
    const OTHER_PORT: &[(&str, &str)] =
        &[("host", "localhost:5000"), ("x-requested-with", "fetch"), ("origin", "http://localhost:3000")];
    const FOREIGN: &[(&str, &str)] =
        &[("host", "localhost:5000"), ("x-requested-with", "fetch"), ("sec-fetch-site", "cross-site")];
    for (settings, headers, path, status) in [
        (&[] as &[_], ACTS, "/system/api/dead/7/replay", 204),
        (&[], OWN, "/system/api/dead/7/discard", 204),
        (&[], ACTS, "/system/api/dead/8/replay", 404),
        (&[], ACTS, "/system/api/dead/x/replay", 404),
        (&[], &[("host", "localhost:5000")], "/system/api/dead/7/replay", 403),
        (&[], OTHER_PORT, "/system/api/dead/7/replay", 403),
        (&[], FOREIGN, "/system/api/dead/7/replay", 403),
        (&[("SYSTEM_ACTIONS", "false")], OWN, "/system/api/dead/7/replay", 403),
    ] {
        let row = Row { settings, headers, ..HERE };
        let answer = ask(&row, Method::POST, path).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path} {row:?}");
    }
}
