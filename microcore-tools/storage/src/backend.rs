//! What stands behind [`Storage`](super::Storage). Keys, kinds and sizes are checked before a backend sees them.

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use microcore::lifecycle::Boot;
use microcore::settings::Settings;

use super::{About, Chunks, Entry, Key, Kind, Reading, StorageError};

/// A kind of store. The type is a name only: `Storage<S3>`.
pub trait Backend: Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open store.
    type Store: Store;

    /// Opens it. One that can't be reached now is no failure: what is asked of it is refused as unavailable.
    fn open(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = microcore::error::Result<Self::Store>> + Send;
}

/// What an address gives leave to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// To read the file.
    Read,
    /// To store one in its place.
    Write,
}

/// An open store. A file is there as a whole or not at all, and whoever reads one that is being replaced reads the old one
/// or the new one to its end.
pub trait Store: Send + Sync + 'static {
    /// The most bytes of one file.
    fn limit(&self) -> u64;

    /// Stores a file; done means that it is safe. One with this key is replaced. A stream that fails, or a caller that
    /// leaves, stores nothing.
    fn put(&self, key: &Key, kind: &Kind, chunks: Chunks) -> impl Future<Output = Result<About, StorageError>> + Send;

    /// A file, or the bytes of it that are in `range`; those behind its end are none.
    fn read(
        &self,
        key: &Key,
        range: Option<Range<u64>>,
    ) -> impl Future<Output = Result<Option<Reading>, StorageError>> + Send;

    /// What is known of a file.
    fn head(&self, key: &Key) -> impl Future<Output = Result<Option<About>, StorageError>> + Send;

    /// The first `most` files whose key begins with `folder`, which is empty or ends with a slash, and is behind `after`.
    fn list(
        &self,
        folder: &str,
        after: Option<&str>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, StorageError>> + Send;

    /// Removes a file; one that is not there is no failure.
    fn delete(&self, key: &Key) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Stores a file once more, with all that is known of it; whether there was one.
    fn copy(&self, from: &Key, to: &Key) -> impl Future<Output = Result<bool, StorageError>> + Send;

    /// An address by which anybody may read the file, or store one there by PUT, for `ttl`.
    fn presign(
        &self,
        key: &Key,
        leave: Leave,
        ttl: Duration,
    ) -> impl Future<Output = Result<String, StorageError>> + Send;

    /// Whether an address that the application itself serves is one of [`Store::presign`] and good. A store that serves its
    /// addresses itself says no.
    fn admits(&self, key: &Key, leave: Leave, expires: u64, signature: &str) -> bool {
        let _ = (key, leave, expires, signature);
        false
    }

    /// Whether the store can be reached.
    fn check(&self) -> impl Future<Output = Result<(), StorageError>> + Send;
}
