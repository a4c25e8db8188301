//! The tool `storage`: files under keys, in a folder or in a bucket.
//!
//! In: a key such as `invoices/42.pdf`, and bytes. Out: the same bytes, with their media type and metadata, whatever the
//! backend.
//! A backend is a file that implements [`Backend`] and [`Store`]; `app! { storage: S3 }` picks one.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;

mod backend;
#[cfg(feature = "battery")]
pub mod battery;
mod content;
mod error;
mod fake;
mod key;
mod link;
mod local;
#[cfg(feature = "s3")]
mod s3;
pub mod slot;

pub use self::backend::{Backend, Leave, Store};
pub use self::content::{About, Chunks, Entry, Kind, OCTETS, Object, Page, Reading};
pub use self::error::StorageError;
pub use self::fake::{Fake, FakeSettings, FakeStore};
pub use self::key::{Key, LONGEST_KEY, LONGEST_SEGMENT};
pub use self::local::{Local, LocalSettings, LocalStore};
#[cfg(feature = "s3")]
pub use self::s3::{S3, S3Settings, S3Store};

/// The most entries of one page of a list.
pub const PAGE: usize = 1_000;

/// The limit of the fake, in bytes: that of the backends where nothing is set.
const LIMIT: u64 = 10 * 1024 * 1024;

/// The tool `storage` on the backend `B`. Cheap to clone.
///
/// All plugins share one space of keys, so a key begins with what it is about: `invoices/42.pdf`.
pub struct Storage<B: Backend = Local> {
    place: Arc<Place<B>>,
}

/// Where files are: behind the backend, or in the memory of a test.
enum Place<B: Backend> {
    Real(B::Store),
    Fake(FakeStore),
}

/// The same call, wherever the files are.
macro_rules! ask {
    ($storage:expr, $store:ident => $call:expr) => {
        match &*$storage.place {
            Place::Real($store) => $call,
            Place::Fake($store) => $call,
        }
    };
}

/// Files under keys.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Storage<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self { place: Arc::new(Place::Real(B::open(settings, boot).await?)) })
    }

    /// What a test gets: an empty memory.
    pub async fn fake() -> Result<Self> {
        Ok(Self { place: Arc::new(Place::Fake(FakeStore::new(LIMIT))) })
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    /// Whether something could be stored now.
    pub async fn health_check(&self) -> Result<()> {
        Ok(ask!(self, store => store.check().await)?)
    }

    /// Stores bytes under a key, in place of what is there. Done means that they are safe.
    pub async fn put(&self, key: &str, kind: Kind, bytes: impl Into<Bytes>) -> Result<About, StorageError> {
        self.put_stream(key, kind, stream::iter([Ok::<_, StorageError>(bytes.into())])).await
    }

    /// Stores bytes that come one after the other. Where the stream fails, or is too long, nothing is stored.
    pub async fn put_stream<S, E>(&self, key: &str, kind: Kind, chunks: S) -> Result<About, StorageError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let key = Key::of(key)?;
        kind.check()?;
        let limit = ask!(self, store => store.limit());
        let counted = chunks.scan(0_u64, move |size, chunk| {
            let chunk = chunk.map_err(|error| StorageError::Cut(error.into())).and_then(|chunk| {
                *size += chunk.len() as u64;
                if *size > limit { Err(StorageError::too_large(limit)) } else { Ok(chunk) }
            });
            std::future::ready(Some(chunk))
        });
        ask!(self, store => store.put(&key, &kind, counted.boxed()).await)
    }

    /// The file, where there is one; one of more than `STORAGE_LIMIT` is read by `get_stream`.
    pub async fn get(&self, key: &str) -> Result<Option<Object>, StorageError> {
        let Some(reading) = self.get_stream(key).await? else { return Ok(None) };
        let limit = ask!(self, store => store.limit());
        if reading.about.size > limit {
            return Err(StorageError::too_large(limit));
        }
        Ok(Some(Object { bytes: whole(reading.chunks).await?, about: reading.about }))
    }

    /// The file as bytes that come one after the other.
    pub async fn get_stream(&self, key: &str) -> Result<Option<Reading>, StorageError> {
        let key = Key::of(key)?;
        ask!(self, store => store.read(&key, None).await)
    }

    /// The bytes of a part of the file, as far as they are there.
    pub async fn range(&self, key: &str, range: Range<u64>) -> Result<Option<Object>, StorageError> {
        let key = Key::of(key)?;
        let limit = ask!(self, store => store.limit());
        if range.end.saturating_sub(range.start) > limit {
            return Err(StorageError::too_large(limit));
        }
        let read = ask!(self, store => store.read(&key, Some(range)).await)?;
        let Some(Reading { about, chunks }) = read else { return Ok(None) };
        Ok(Some(Object { bytes: whole(chunks).await?, about }))
    }

    /// What is known of the file, without its bytes.
    pub async fn head(&self, key: &str) -> Result<Option<About>, StorageError> {
        let key = Key::of(key)?;
        ask!(self, store => store.head(&key).await)
    }

    /// The files of a folder and of those in it, `PAGE` at a time, in the order of their keys; `""` is all there is.
    pub async fn list(&self, folder: &str, after: Option<&str>) -> Result<Page, StorageError> {
        let folder = Key::folder(folder)?;
        let after = after.map(Key::of).transpose()?;
        let after = after.as_ref().map(Key::as_str);
        let mut entries = self.first(&folder, after, PAGE + 1).await?;
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let next = entries.last().filter(|_| more).map(|last| last.key.clone());
        Ok(Page { entries, next })
    }

    /// Removes the file. One that is not there is no failure.
    pub async fn delete(&self, key: &str) -> Result<(), StorageError> {
        let key = Key::of(key)?;
        ask!(self, store => store.delete(&key).await)
    }

    /// Stores the file once more under another key; whether there was one.
    pub async fn copy(&self, from: &str, to: &str) -> Result<bool, StorageError> {
        let (from, to) = (Key::of(from)?, Key::of(to)?);
        ask!(self, store => store.copy(&from, &to).await)
    }

    /// An address by which anybody may read the file for `ttl`, in whole seconds. Whether the file is there is not asked.
    pub async fn presign(&self, key: &str, ttl: Duration) -> Result<String, StorageError> {
        let key = Key::of(key)?;
        ask!(self, store => store.presign(&key, Leave::Read, ttl).await)
    }

    /// An address at which anybody may store the file by PUT for `ttl`, in place of what is there. A bucket takes it
    /// whatever its size: ask `head` before it is used.
    pub async fn presign_put(&self, key: &str, ttl: Duration) -> Result<String, StorageError> {
        let key = Key::of(key)?;
        ask!(self, store => store.presign(&key, Leave::Write, ttl).await)
    }

    /// Stores what came to an address of `presign_put` that leads to a route of yours; `None` where the address is none, or
    /// too old.
    pub async fn put_presigned(
        &self,
        key: &str,
        expires: u64,
        signature: &str,
        kind: Kind,
        bytes: impl Into<Bytes>,
    ) -> Result<Option<About>, StorageError> {
        let Ok(checked) = Key::of(key) else { return Ok(None) };
        if !ask!(self, store => store.admits(&checked, Leave::Write, expires, signature)) {
            return Ok(None);
        }
        self.put(key, kind, bytes).await.map(Some)
    }

    /// The file of an address of `presign` that leads to a route of yours; `None` where the address is none, too old, or of
    /// a file that is gone.
    pub async fn open_presigned(
        &self,
        key: &str,
        expires: u64,
        signature: &str,
    ) -> Result<Option<Reading>, StorageError> {
        // A key that is none has no address.
        let Ok(checked) = Key::of(key) else { return Ok(None) };
        if !ask!(self, store => store.admits(&checked, Leave::Read, expires, signature)) {
            return Ok(None);
        }
        self.get_stream(key).await
    }

    /// In tests: the next call finds no store.
    ///
    /// # Panics
    ///
    /// Where the storage is real.
    pub fn goes_down(&self) {
        match &*self.place {
            Place::Fake(fake) => fake.script(StorageError::unavailable("the test says so")),
            Place::Real(_) => panic!("only the fake of a `#[microcore::test]` does what a test says; this one is real"),
        }
    }
}

impl<B: Backend> Storage<B> {
    /// The first so many entries.
    async fn first(&self, folder: &str, after: Option<&str>, most: usize) -> Result<Vec<Entry>, StorageError> {
        ask!(self, store => store.list(folder, after, most).await)
    }
}

async fn whole(mut chunks: Chunks) -> Result<Bytes, StorageError> {
    let first = chunks.next().await.transpose()?.unwrap_or_default();
    let Some(second) = chunks.next().await.transpose()? else { return Ok(first) };
    let mut all = BytesMut::from(first);
    all.extend_from_slice(&second);
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all.freeze())
}

impl<B: Backend> Clone for Storage<B> {
    fn clone(&self) -> Self {
        Self { place: Arc::clone(&self.place) }
    }
}

impl<B: Backend> fmt::Debug for Storage<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Storage")
    }
}
