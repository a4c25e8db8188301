//! The state on a Redis server: the battery, and what only a server shows: several processes, prefixes, an outage.
//!
//! Redis ends values by its own clock, so what expires is waited for.

#[path = "../../cache/tests/server/mod.rs"]
mod server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use microcore_runtime::error::Error;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::state::{Redis, State, StateError};

use self::server::Server;
use crate::battery;

const HOUR: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(200);

/// The server of the tests that run at one time.
fn shared() -> Option<Arc<Server>> {
    static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = running.upgrade() {
        return Some(server);
    }
    let server = Arc::new(Server::start()?);
    *running = Arc::downgrade(&server);
    Some(server)
}

async fn opened(environment: Environment) -> State<Redis> {
    let settings = <Redis as microcore_tools::state::Backend>::Settings::load(&environment).unwrap();
    State::setup(settings, &Boot::new(environment)).await.unwrap()
}

/// An empty state below a prefix of its own.
async fn state(server: &Server) -> State<Redis> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let prefix = format!("case {}", NEXT.fetch_add(1, Ordering::Relaxed));
    opened(Environment::of([("REDIS_URL", server.url()), ("STATE_REDIS_PREFIX", prefix)])).await
}

/// Waits until a value is gone.
async fn gone(state: &State<Redis>, key: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while state.has(key).await.unwrap() {
        assert!(Instant::now() < deadline, "`{key}` does not end");
    }
}

macro_rules! mount {
    ($($case:ident)+) => {$(
        #[tokio::test]
        async fn $case() {
            let Some(server) = shared() else { return };
            battery::$case(state(&server).await).await;
        }
    )+};
}

mount! {
    gives_back_what_was_set
    tells_and_lists_its_keys
    deletes_and_clears
    increments_from_zero_and_atomically
    refuses_to_increment_what_is_no_integer
    namespaces_share_nothing
}

#[tokio::test]
async fn what_expired_is_missing_everywhere() {
    let Some(server) = shared() else { return };
    let state = state(&server).await;
    state.set_for("a", &1, SHORT).await.unwrap();
    state.set("for good", &1).await.unwrap();
    assert_eq!(state.keys().await.unwrap(), ["a", "for good"]);
    gone(&state, "a").await;
    assert_eq!(state.keys().await.unwrap(), ["for good"]);
    assert!(!state.delete("a").await.unwrap());
    assert_eq!(state.increment("a", 3).await.unwrap(), 3);
    state.set_for("a", &1, Duration::ZERO).await.unwrap();
    assert!(!state.has("a").await.unwrap(), "no time is none");
    assert_eq!(state.increment_for("a", 4, Duration::ZERO).await.unwrap(), 4);
    assert_eq!(state.keys().await.unwrap(), ["for good"]);
    state.set_for("a", &1, Duration::MAX).await.unwrap();
    assert!(state.has("a").await.unwrap());
}

#[tokio::test]
async fn a_window_is_not_extended() {
    let Some(server) = shared() else { return };
    let state = state(&server).await;
    assert_eq!(state.increment_for("n", 1, SHORT).await.unwrap(), 1);
    state.increment_for("n", 1, HOUR).await.unwrap();
    gone(&state, "n").await;
    assert_eq!(state.increment_for("n", 1, HOUR).await.unwrap(), 1);
    state.increment("for good", 1).await.unwrap();
    state.increment_for("for good", 1, SHORT).await.unwrap();
    state.set_for("other", &1, SHORT * 2).await.unwrap();
    gone(&state, "other").await;
    assert_eq!(state.get::<i64>("for good").await.unwrap(), Some(2));
}

#[tokio::test]
async fn a_value_set_again_gets_its_new_time() {
    let Some(server) = shared() else { return };
    let state = state(&server).await;
    for key in ["a", "b", "c"] {
        state.set_for(key, &1, SHORT).await.unwrap();
    }
    state.set("a", &2).await.unwrap();
    state.set_for("b", &2, HOUR).await.unwrap();
    gone(&state, "c").await;
    state.set("sweeps", &1).await.unwrap();
    assert_eq!(state.get("a").await.unwrap(), Some(2));
    assert_eq!(state.keys().await.unwrap(), ["a", "b", "sweeps"]);
}

#[tokio::test]
async fn processes_share_what_is_below_one_prefix() {
    let Some(server) = shared() else { return };
    let of = |prefix: &str| Environment::of([("REDIS_URL", server.url()), ("STATE_REDIS_PREFIX", prefix.to_owned())]);
    let (one, other, stranger) = (opened(of("shop")).await, opened(of("shop")).await, opened(of("blog")).await);
    one.set("a", &7).await.unwrap();
    assert_eq!(other.increment("a", 1).await.unwrap(), 8);
    one.set("largest", &(i64::MAX - 1)).await.unwrap();
    assert_eq!(other.increment("largest", 1).await.unwrap(), i64::MAX, "to the last digit");
    assert_eq!(stranger.get::<i64>("a").await.unwrap(), None);
    stranger.clear().await.unwrap();
    one.shutdown().await.unwrap();
    assert_eq!(other.get::<i64>("a").await.unwrap(), Some(8), "who leaves takes nothing along");
    // One of several instances has a prefix of its own where none is set.
    let environment = Environment::of([("VISITS_REDIS_URL", server.url())]);
    let boot = Boot::new(environment).of_instance("state", "visits");
    let settings = <Redis as microcore_tools::state::Backend>::Settings::load(&boot.environment).unwrap();
    let visits = State::<Redis>::setup(settings, &boot).await.unwrap();
    visits.set("a", &1).await.unwrap();
    assert_eq!(visits.keys().await.unwrap(), ["a"]);
    assert!(opened(Environment::of([("REDIS_URL", server.url())])).await.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable_and_is_found_again() {
    let Some(mut server) = Server::start() else { return };
    let environment = Environment::of([("REDIS_URL", server.url()), ("STATE_TIMEOUT", "500ms".to_owned())]);
    let state = opened(environment).await;
    state.set("a", &1).await.unwrap();
    server.restart();
    let deadline = Instant::now() + Duration::from_secs(30);
    while state.health_check().await.is_err() {
        assert!(Instant::now() < deadline, "it is not found again");
    }
    assert_eq!(state.get::<i64>("a").await.unwrap(), None, "this server forgets");
    drop(server);
    let failed = state.increment("a", 1).await.unwrap_err();
    assert!(matches!(failed, StateError::Unavailable(_)), "{failed:?}");
    assert_eq!(Error::from(failed).status(), 503);
    assert_eq!(state.health_check().await.unwrap_err().status(), 503);
}

#[tokio::test]
async fn a_test_has_a_memory_and_asks_no_server() {
    let state = State::<Redis>::fake(&Boot::new(Environment::default())).await.unwrap();
    state.set("a", &1).await.unwrap();
    assert_eq!(state.increment("a", 1).await.unwrap(), 2);
    assert_eq!(state.keys().await.unwrap(), ["a"]);
    state.clear().await.unwrap();
    assert!(!state.has("a").await.unwrap() && !state.delete("a").await.unwrap());
}
