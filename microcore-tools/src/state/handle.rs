//! The handle that plugins hold: typed values under keys, in one namespace.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::state::backend::{Result, Store};
use crate::state::{Backend, Memory, StateError};

/// The tool `state` on the store `B`. Cheap to clone.
///
/// A value is copied in and copied out: changing it afterwards changes nothing here.
///
/// ```
/// use microcore_runtime::lifecycle::Boot;
/// use microcore_runtime::settings::Environment;
/// use microcore_runtime::tool::Tool as _;
/// use microcore_tools::state::{Memory, State, StateError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> microcore_runtime::error::Result<()> {
/// let state = State::<Memory>::setup((), &Boot::new(Environment::default())).await?;
/// let visits = state.namespace("visits");
/// assert_eq!(visits.increment("/prices", 1).await?, 1);
/// assert_eq!(state.get::<i64>("/prices").await?, None, "that is another namespace");
/// visits.set("/about", "none").await?;
/// assert!(matches!(visits.increment("/about", 1).await, Err(StateError::NotAnInteger { .. })));
/// # Ok(()) }
/// ```
pub struct State<B: Backend = Memory> {
    store: Arc<B::Store>,
    space: Arc<str>,
}

#[microcore_macros::methods]
impl<B: Backend> State<B> {
    pub(crate) fn new(store: B::Store) -> Self {
        Self { store: Arc::new(store), space: Arc::from("") }
    }

    pub(crate) fn store(&self) -> &B::Store {
        &self.store
    }

    /// A namespace inside this one: its keys, and its `clear`, are its own.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Self {
        // With its length in front, no name can run into the next one, whatever characters it has.
        let space = format!("{}{}:{name}", self.space, name.len());
        Self { store: Arc::clone(&self.store), space: space.into() }
    }

    /// The value, where there is one.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let Some(text) = self.store.get(&self.space, key).await? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|source| StateError::Decode { key: key.to_owned(), source })
    }

    /// Whether there is a value.
    pub async fn has(&self, key: &str) -> Result<bool> {
        Ok(self.store.get(&self.space, key).await?.is_some())
    }

    /// Stores a value for good.
    pub async fn set<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        let text = encode(key, value)?;
        self.store.set(&self.space, key, text, None).await
    }

    /// Stores a value that is gone after `ttl`.
    pub async fn set_for<T: Serialize + ?Sized>(&self, key: &str, value: &T, ttl: Duration) -> Result<()> {
        let text = encode(key, value)?;
        self.store.set(&self.space, key, text, Some(ttl)).await
    }

    /// Removes a value; whether there was one.
    pub async fn delete(&self, key: &str) -> Result<bool> {
        self.store.delete(&self.space, key).await
    }

    /// Adds atomically and gives the sum; what is missing counts as zero.
    pub async fn increment(&self, key: &str, by: i64) -> Result<i64> {
        self.store.increment(&self.space, key, by, None).await
    }

    /// The same, gone after `ttl`, which begins with the call that creates the value and is never extended: a
    /// fixed window.
    pub async fn increment_for(&self, key: &str, by: i64, ttl: Duration) -> Result<i64> {
        self.store.increment(&self.space, key, by, Some(ttl)).await
    }

    /// The keys of this namespace, sorted.
    pub async fn keys(&self) -> Result<Vec<String>> {
        self.store.keys(&self.space).await
    }

    /// Removes all of this namespace, and nothing of those inside it.
    pub async fn clear(&self) -> Result<()> {
        self.store.clear(&self.space).await
    }
}

fn encode<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|source| StateError::Encode { key: key.to_owned(), source })
}

impl<B: Backend> Clone for State<B> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), space: Arc::clone(&self.space) }
    }
}

impl<B: Backend> fmt::Debug for State<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("space", &self.space).finish_non_exhaustive()
    }
}
