//! The state of one process: a map behind a lock that is never held across an `.await`.

mod map;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use microcore_runtime::lifecycle::Boot;

use self::map::Map;
use crate::state::Backend;
use crate::state::backend::{Result, Store};

/// Values in the memory of this process: `State<Memory>`.
#[derive(Debug, Clone, Copy)]
pub struct Memory;

impl crate::sealed::Sealed for Memory {}

impl Backend for Memory {
    type Settings = ();
    type Store = MemoryStore;

    const DOC: &'static str = "Small values under keys, in the memory of this process.";

    async fn open((): (), _: &Boot) -> Result<MemoryStore> {
        Ok(MemoryStore(Mutex::new(left())))
    }

    fn fake() -> MemoryStore {
        MemoryStore::default()
    }
}

/// What the process before this one had, where `dev` hands that on.
fn left() -> Map {
    #[cfg(unix)]
    if let Some(text) = microcore_runtime::handover::taken(LUGGAGE) {
        match serde_json::from_str(&text) {
            Ok(values) => return Map::of(values),
            Err(error) => tracing::warn!("the state of the process before can't be read, and begins empty: {error}"),
        }
    }
    Map::default()
}

/// The name under which it is handed on.
#[cfg(unix)]
const LUGGAGE: &str = "state";

/// The map and its lock.
#[derive(Default)]
pub struct MemoryStore(Mutex<Map>);

impl MemoryStore {
    fn map(&self) -> MutexGuard<'_, Map> {
        // No call on the map panics halfway, so a poisoned lock still guards a sound map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    async fn get(&self, space: &str, key: &str) -> Result<Option<String>> {
        Ok(self.map().get(space, key))
    }

    async fn set(&self, space: &str, key: &str, value: String, ttl: Option<Duration>) -> Result<()> {
        self.map().set(space, key, value, ttl);
        Ok(())
    }

    async fn delete(&self, space: &str, key: &str) -> Result<bool> {
        Ok(self.map().delete(space, key))
    }

    async fn increment(&self, space: &str, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64> {
        self.map().increment(space, key, by, ttl)
    }

    async fn keys(&self, space: &str) -> Result<Vec<String>> {
        Ok(self.map().keys(space))
    }

    async fn clear(&self, space: &str) -> Result<()> {
        self.map().clear(space);
        Ok(())
    }

    async fn check(&self) -> Result<()> {
        Ok(())
    }

    async fn close(&self) -> Result<()> {
        #[cfg(unix)]
        microcore_runtime::handover::give(LUGGAGE, || serde_json::to_string(&self.map().values()).ok());
        Ok(())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be secret.
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
