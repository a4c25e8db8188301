//! What a test gets in place of any backend: an empty memory. It is a backend itself, so the battery runs on it.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::prelude::*;

use super::link::{Links, hex};
use super::{About, Backend, Chunks, Entry, Key, Kind, Leave, Reading, StorageError, Store};

/// The memory of one test.
#[derive(Debug, Clone, Copy)]
pub struct Fake;

/// What [`Fake`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "STORAGE")]
#[non_exhaustive]
pub struct FakeSettings {
    /// Most bytes of one file.
    #[setting(default = "10MiB")]
    pub limit: ByteSize,
}

/// The files, by their keys.
type Files = BTreeMap<Key, (About, Bytes)>;

/// See [`Fake`].
pub struct FakeStore {
    limit: u64,
    files: Mutex<Files>,
    failures: Mutex<VecDeque<StorageError>>,
    links: Links,
}

impl std::fmt::Debug for FakeStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeStore")
    }
}

impl Backend for Fake {
    type Settings = FakeSettings;
    type Store = FakeStore;

    async fn open(settings: FakeSettings, _: &Boot) -> Result<FakeStore> {
        Ok(FakeStore::new(settings.limit.0))
    }
}

impl FakeStore {
    pub(super) fn new(limit: u64) -> Self {
        let links = Links::new("/files", Some("test"));
        Self { limit, files: Mutex::default(), failures: Mutex::default(), links }
    }

    /// The next call fails so.
    pub(super) fn script(&self, failure: StorageError) {
        lock(&self.failures).push_back(failure);
    }

    fn files(&self) -> Result<MutexGuard<'_, Files>, StorageError> {
        match lock(&self.failures).pop_front() {
            Some(failure) => Err(failure),
            None => Ok(lock(&self.files)),
        }
    }
}

/// A test that panicked elsewhere has failed already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Another one for other bytes, and the same for the same.
fn version(bytes: &Bytes) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes)[..16])
}

impl Store for FakeStore {
    fn limit(&self) -> u64 {
        self.limit
    }

    async fn put(&self, key: &Key, kind: &Kind, mut chunks: Chunks) -> Result<About, StorageError> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk?);
        }
        let bytes = bytes.freeze();
        let about = About::of(bytes.len() as u64, kind.clone(), SystemTime::now(), version(&bytes));
        self.files()?.insert(key.clone(), (about.clone(), bytes));
        Ok(about)
    }

    async fn read(&self, key: &Key, range: Option<Range<u64>>) -> Result<Option<Reading>, StorageError> {
        let Some((about, bytes)) = self.files()?.get(key).cloned() else { return Ok(None) };
        let place = |at: u64| usize::try_from(at.min(about.size)).unwrap_or(usize::MAX);
        let range = range.unwrap_or(0..about.size);
        let part = bytes.slice(place(range.start)..place(range.end).max(place(range.start)));
        Ok(Some(Reading::of(about, stream::iter([Ok(part)]).boxed())))
    }

    async fn head(&self, key: &Key) -> Result<Option<About>, StorageError> {
        Ok(self.files()?.get(key).map(|(about, _)| about.clone()))
    }

    async fn list(&self, folder: &str, after: Option<&str>, most: usize) -> Result<Vec<Entry>, StorageError> {
        let files = self.files()?;
        let behind = |key: &str| key.starts_with(folder) && after.is_none_or(|after| key > after);
        let listed = files.iter().filter(|(key, _)| behind(key.as_str()));
        Ok(listed.take(most).map(|(key, (about, _))| Entry::of(key.as_str(), about.size, about.modified)).collect())
    }

    async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        self.files()?.remove(key);
        Ok(())
    }

    async fn copy(&self, from: &Key, to: &Key) -> Result<bool, StorageError> {
        let mut files = self.files()?;
        let Some(file) = files.get(from).cloned() else { return Ok(false) };
        files.insert(to.clone(), file);
        Ok(true)
    }

    async fn presign(&self, key: &Key, leave: Leave, ttl: Duration) -> Result<String, StorageError> {
        Ok(self.links.link(key, leave, ttl))
    }

    fn admits(&self, key: &Key, leave: Leave, expires: u64, signature: &str) -> bool {
        self.links.admits(key, leave, expires, signature)
    }

    async fn check(&self) -> Result<(), StorageError> {
        self.files().map(drop)
    }
}
