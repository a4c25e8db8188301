//! Values in this process, in a bounded number of bytes. Which of them go first is moka's to say: those that were used
//! least.

use std::time::{Duration, Instant};

use microcore::lifecycle::Boot;
use microcore::prelude::*;
use moka::Expiry;
use moka::future::Cache as Kept;

use super::{Backend, CacheError, Store};

/// What an entry costs besides its texts, in bytes: about that of moka's own bookkeeping.
const OVERHEAD: usize = 128;

/// The backend `Memory`.
#[derive(Debug, Clone, Copy)]
pub struct Memory;

/// What [`Memory`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "CACHE")]
#[non_exhaustive]
pub struct MemorySettings {
    /// Most that all values take together; those that were used least go.
    #[setting(default = "64MiB")]
    pub size: ByteSize,
}

/// An open memory.
#[derive(Debug)]
pub struct MemoryStore {
    kept: Kept<String, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    text: std::sync::Arc<str>,
    ttl: Duration,
}

/// Each value has a time of its own.
struct OwnTime;

impl Expiry<String, Entry> for OwnTime {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(&self, _: &String, entry: &Entry, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl Backend for Memory {
    type Settings = MemorySettings;
    type Store = MemoryStore;

    async fn open(settings: MemorySettings, _: &Boot) -> Result<MemoryStore> {
        let weigh =
            |key: &String, entry: &Entry| u32::try_from(key.len() + entry.text.len() + OVERHEAD).unwrap_or(u32::MAX);
        let kept = Kept::builder().max_capacity(settings.size.0).weigher(weigh).expire_after(OwnTime).build();
        Ok(MemoryStore { kept })
    }
}

impl Store for MemoryStore {
    async fn get(&self, key: &str) -> Result<Option<String>, CacheError> {
        Ok(self.kept.get(key).await.map(|entry| entry.text.as_ref().to_owned()))
    }

    async fn set(&self, key: &str, value: String, ttl: Duration) -> Result<(), CacheError> {
        if ttl.is_zero() {
            return self.forget(key).await;
        }
        self.kept.insert(key.to_owned(), Entry { text: value.into(), ttl }).await;
        Ok(())
    }

    async fn forget(&self, key: &str) -> Result<(), CacheError> {
        self.kept.invalidate(key).await;
        Ok(())
    }

    async fn check(&self) -> Result<(), CacheError> {
        Ok(())
    }
}
