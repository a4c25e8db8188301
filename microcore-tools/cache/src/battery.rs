//! What every backend must do, as cases over a [`Bench`]. A crate with a backend of its own mounts them with
//! [`battery!`](crate::battery!).
//!
//! In: a way to open the backend. Out: one test per case.
#![allow(clippy::missing_panics_doc, reason = "a case that does not hold panics")]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use microcore::error::{Error, Kind};
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};
use tokio::sync::Barrier;

use super::{Backend, Cache, CacheError};

const LONG: Duration = Duration::from_secs(60);

/// A backend under test.
pub trait Bench: Sized {
    /// The backend.
    type Backend: Backend;

    /// Begins with an empty store; `None` where the machine lacks what it needs, and the case is skipped.
    fn begin() -> impl Future<Output = Option<Self>>;

    /// The settings with which it is opened.
    fn environment(&self) -> Environment;
}

/// Runs a case on a runtime of its own.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(case);
}

/// Mounts every case as a test: `microcore_cache::battery!(MyBench);` in a module of an integration test.
#[macro_export]
macro_rules! battery {
    ($bench:ty) => {
        $crate::battery!(@cases $bench:
            gives_back_what_was_kept
            forgets_when_it_is_told_and_when_the_time_is_up
            a_crowd_loads_once
            a_failure_is_shared_by_those_who_waited_and_kept_by_nobody
            whoever_is_dropped_while_loading_gives_the_turn_away
            keys_that_look_alike_are_two
        );
    };
    (@cases $bench:ty: $($case:ident)+) => {$(
        #[test]
        fn $case() {
            $crate::battery::run($crate::battery::$case::<$bench>());
        }
    )+};
}

/// Opens the backend of a bench.
pub async fn open<B: Bench>(bench: &B) -> Cache<B::Backend> {
    let environment = bench.environment();
    let settings = <B::Backend as Backend>::Settings::load(&environment).unwrap_or_else(|wrong| panic!("{wrong}"));
    Cache::setup(settings, &Boot::new(environment)).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn value<B: Backend>(cache: &Cache<B>, key: &str) -> Option<String> {
    cache.get(key).await.unwrap_or_else(|error| panic!("{error:?}"))
}

/// A case.
pub async fn gives_back_what_was_kept<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let cache = open(&bench).await;
    assert_eq!(value(&cache, "a").await, None);
    cache.set("a", "1", LONG).await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(value(&cache, "a").await.as_deref(), Some("1"));
    cache.set("a", &vec![Some(1.5), None], Duration::MAX).await.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(matches!(cache.get::<Vec<Option<f64>>>("a").await, Ok(Some(list)) if list == [Some(1.5), None]));
    assert!(matches!(cache.get::<i64>("a").await, Err(CacheError::Decode { .. })));
    // What can't be read is loaded anew: an older version may have kept it.
    let loaded = cache.get_or("a", LONG, || async { Ok::<_, Error>(7_i64) }).await;
    assert_eq!(loaded.ok(), Some(7));
    assert!(matches!(cache.get::<i64>("a").await, Ok(Some(7))));
    assert!(cache.health_check().await.is_ok());
}

/// A case.
pub async fn forgets_when_it_is_told_and_when_the_time_is_up<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let cache = open(&bench).await;
    for ttl in [Duration::ZERO, Duration::from_millis(20)] {
        cache.set("a", "1", LONG).await.unwrap_or_else(|error| panic!("{error:?}"));
        cache.set("a", "2", ttl).await.unwrap_or_else(|error| panic!("{error:?}"));
        let gone = async {
            while value(&cache, "a").await.is_some() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LONG, gone).await.expect("its time is up");
    }
    cache.set("a", "1", LONG).await.unwrap_or_else(|error| panic!("{error:?}"));
    cache.forget("a").await.unwrap_or_else(|error| panic!("{error:?}"));
    cache.forget("a").await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(value(&cache, "a").await, None);
}

/// A case.
pub async fn a_crowd_loads_once<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let cache = open(&bench).await;
    let loads = Arc::new(AtomicUsize::new(0));
    let crowd: Vec<_> = (0..100)
        .map(|_| {
            let (cache, loads) = (cache.clone(), Arc::clone(&loads));
            tokio::spawn(async move {
                let load = || async {
                    loads.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                    Ok::<_, Error>(42)
                };
                cache.get_or::<i64, _, _, _>("crowd", LONG, load).await
            })
        })
        .collect();
    for one in crowd {
        assert!(matches!(one.await, Ok(Ok(42))));
    }
    assert_eq!(loads.load(Ordering::Relaxed), 1);
}

/// A case.
pub async fn a_failure_is_shared_by_those_who_waited_and_kept_by_nobody<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let cache = open(&bench).await;
    let (loads, all_wait) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    let ask = |wait: bool| {
        let (cache, loads, all_wait) = (cache.clone(), Arc::clone(&loads), Arc::clone(&all_wait));
        tokio::spawn(async move {
            let load = || async {
                loads.fetch_add(1, Ordering::Relaxed);
                if wait {
                    all_wait.wait().await;
                }
                Err::<i64, _>(Error::conflict("no rate today"))
            };
            cache.get_or("failing", LONG, load).await
        })
    };
    let first = ask(true);
    while loads.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let others: Vec<_> = (0..10).map(|_| ask(false)).collect();
    // They look for the value first, which may be a way over the network; then they wait for the turn.
    tokio::time::sleep(Duration::from_millis(100)).await;
    all_wait.wait().await;
    for one in others.into_iter().chain([first]) {
        let error = one.await.expect("no panic").expect_err("nobody has a value");
        assert_eq!((error.kind(), error.public_message()), (Kind::Conflict, "no rate today"));
    }
    assert_eq!(loads.load(Ordering::Relaxed), 1);
    let later = cache.get_or("failing", LONG, || async { Ok::<_, Error>(1_i64) }).await;
    assert_eq!(later.ok(), Some(1));
}

/// A case.
pub async fn whoever_is_dropped_while_loading_gives_the_turn_away<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let cache = open(&bench).await;
    let begun = Arc::new(Barrier::new(2));
    let stuck = {
        let (cache, begun) = (cache.clone(), Arc::clone(&begun));
        tokio::spawn(async move {
            let load = || async {
                begun.wait().await;
                std::future::pending::<Result<i64, Error>>().await
            };
            cache.get_or("stuck", LONG, load).await
        })
    };
    begun.wait().await;
    let next = {
        let cache = cache.clone();
        tokio::spawn(async move { cache.get_or("stuck", LONG, || async { Ok::<_, Error>(2_i64) }).await })
    };
    tokio::task::yield_now().await;
    stuck.abort();
    assert!(matches!(next.await, Ok(Ok(2))));
}

/// A case.
pub async fn keys_that_look_alike_are_two<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let cache = open(&bench).await;
    let keys = ["", "a", "A", "a ", "a:b", "a*", "ä", "a\n", "\0"];
    for key in keys {
        cache.set(key, key, LONG).await.unwrap_or_else(|error| panic!("{error:?}"));
    }
    for key in keys {
        assert_eq!(value(&cache, key).await.as_deref(), Some(key));
    }
}
