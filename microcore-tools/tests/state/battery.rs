//! The cases, written once for every backend.

use std::collections::BTreeMap;
use std::time::Duration;

use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::Manifest;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::state::{Backend, State, StateError};
use tokio::time::advance;

static MANIFEST: Manifest = Manifest { name: "test", ..Manifest::EMPTY };
const MINUTE: Duration = Duration::from_secs(60);

pub(crate) async fn state<B: Backend>() -> State<B> {
    let environment = Environment::default();
    let settings = B::Settings::load(&environment).unwrap();
    State::setup(settings, &Boot::new(environment).of(&MANIFEST).in_test()).await.unwrap()
}

pub(crate) async fn gives_back_what_was_set<B: Backend>(state: State<B>) {
    assert_eq!(state.get::<String>("a").await.unwrap(), None);
    let mut nested = BTreeMap::from([("list".to_owned(), vec![Some(1.5), None])]);
    state.set("a", &nested).await.unwrap();
    let stored = nested.clone();
    nested.clear();
    assert_eq!(state.get("a").await.unwrap(), Some(stored));
    state.set("a", "text").await.unwrap();
    assert_eq!(state.get::<String>("a").await.unwrap().as_deref(), Some("text"));
    assert!(matches!(state.get::<i64>("a").await, Err(StateError::Decode { .. })));
    assert!(state.health_check().await.is_ok());
}

pub(crate) async fn tells_and_lists_its_keys<B: Backend>(state: State<B>) {
    for key in ["b", "a:*?[", ""] {
        state.set(key, &1).await.unwrap();
        assert!(state.has(key).await.unwrap());
    }
    assert!(!state.has("c").await.unwrap());
    assert_eq!(state.keys().await.unwrap(), ["", "a:*?[", "b"]);
}

pub(crate) async fn deletes_and_clears<B: Backend>(state: State<B>) {
    state.set("a", &1).await.unwrap();
    assert!(state.delete("a").await.unwrap());
    assert!(!state.delete("a").await.unwrap());
    state.set("b", &1).await.unwrap();
    state.clear().await.unwrap();
    assert!(state.keys().await.unwrap().is_empty());
}

pub(crate) async fn increments_from_zero_and_atomically<B: Backend>(state: State<B>) {
    assert_eq!(state.increment("a", 5).await.unwrap(), 5);
    assert_eq!(state.increment("a", -7).await.unwrap(), -2);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let state = state.clone();
            tokio::spawn(async move { state.increment("n", 1).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(state.get::<i64>("n").await.unwrap(), Some(50));
}

pub(crate) async fn refuses_to_increment_what_is_no_integer<B: Backend>(state: State<B>) {
    state.set("text", "1").await.unwrap();
    state.set("float", &1.5).await.unwrap();
    for key in ["text", "float"] {
        assert!(matches!(state.increment(key, 1).await, Err(StateError::NotAnInteger { .. })), "{key}");
    }
    assert_eq!(state.get::<f64>("float").await.unwrap(), Some(1.5));
    state.set("high", &i64::MAX).await.unwrap();
    assert!(matches!(state.increment("high", 1).await, Err(StateError::OutOfRange { .. })));
}

pub(crate) async fn namespaces_share_nothing<B: Backend>(state: State<B>) {
    let spaces = [
        state.clone(),
        state.namespace("a"),
        state.namespace("a:b"),
        state.namespace("a").namespace("b"),
        state.namespace("1:a"),
        state.namespace("*"),
        state.namespace(""),
    ];
    for (number, space) in spaces.iter().enumerate() {
        space.set("k", &number).await.unwrap();
    }
    spaces[1].clear().await.unwrap();
    for (number, space) in spaces.iter().enumerate() {
        let expected = if number == 1 { None } else { Some(number) };
        assert_eq!(space.get("k").await.unwrap(), expected);
    }
    assert_eq!(state.keys().await.unwrap(), ["k"]);
}

pub(crate) async fn what_expired_is_missing_everywhere<B: Backend>(state: State<B>) {
    state.set_for("a", &1, MINUTE).await.unwrap();
    state.set("for good", &1).await.unwrap();
    advance(Duration::from_millis(59_999)).await;
    assert!(state.has("a").await.unwrap());
    advance(Duration::from_millis(1)).await;
    assert_eq!(state.get::<i64>("a").await.unwrap(), None);
    assert!(!state.has("a").await.unwrap());
    assert_eq!(state.keys().await.unwrap(), ["for good"]);
    assert!(!state.delete("a").await.unwrap());
    assert_eq!(state.increment("a", 3).await.unwrap(), 3);
}

pub(crate) async fn a_window_is_not_extended<B: Backend>(state: State<B>) {
    assert_eq!(state.increment_for("n", 1, MINUTE).await.unwrap(), 1);
    advance(MINUTE / 2).await;
    assert_eq!(state.increment_for("n", 1, MINUTE).await.unwrap(), 2);
    advance(MINUTE / 2).await;
    assert_eq!(state.increment_for("n", 1, MINUTE).await.unwrap(), 1);
    state.increment("for good", 1).await.unwrap();
    state.increment_for("for good", 1, MINUTE).await.unwrap();
    advance(MINUTE * 2).await;
    assert_eq!(state.get::<i64>("for good").await.unwrap(), Some(2));
}

pub(crate) async fn a_value_set_again_gets_its_new_time<B: Backend>(state: State<B>) {
    state.set_for("a", &1, MINUTE).await.unwrap();
    state.set_for("b", &1, MINUTE).await.unwrap();
    state.set("a", &2).await.unwrap();
    state.set_for("b", &2, MINUTE * 3).await.unwrap();
    advance(MINUTE * 2).await;
    state.set("sweeps", &1).await.unwrap();
    assert_eq!(state.get("a").await.unwrap(), Some(2));
    assert_eq!(state.get("b").await.unwrap(), Some(2));
}
