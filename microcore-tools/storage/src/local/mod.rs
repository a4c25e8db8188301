//! Files in a folder of this machine, each with a file beside it that says what it is.
//!
//! A key is a folder, so that `a` and `a/b` are two files, as they are in S3. In it are the bytes, under a name of their own
//! for each version, and `@about.json`, which names the version that counts. Renaming that one file is what stores,
//! replaces or hides a version: whoever reads has all of one version, and a process that dies leaves the old one.

mod folder;

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use microcore::lifecycle::Boot;
use microcore::prelude::*;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use self::folder::{Draft, Folder};
use super::link::Links;
use super::{About, Backend, Chunks, Entry, Key, Kind, Leave, Reading, StorageError, Store};

/// The backend `Local`.
#[derive(Debug, Clone, Copy)]
pub struct Local;

/// What [`Local`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "STORAGE")]
#[non_exhaustive]
pub struct LocalSettings {
    /// Folder of the files, which is made where there is none.
    #[setting(default = "files")]
    pub folder: PathBuf,
    /// Most bytes of one file.
    #[setting(default = "10MiB")]
    pub limit: ByteSize,
    /// What the addresses of `presign` begin with: the path of a route of yours, or `https://…` and that path.
    #[setting(default = "/files")]
    pub links: String,
    /// Signs the addresses of `presign`; without it they end with the process.
    pub secret: Option<Secret<String>>,
}

/// An open folder.
pub struct LocalStore {
    folder: Arc<Folder>,
    limit: u64,
    links: Links,
}

impl std::fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalStore").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Backend for Local {
    type Settings = LocalSettings;
    type Store = LocalStore;

    async fn open(settings: LocalSettings, _: &Boot) -> Result<LocalStore> {
        let links = Links::new(&settings.links, settings.secret.as_ref().map(|secret| secret.expose().as_str()));
        Ok(LocalStore { folder: Arc::new(Folder::at(settings.folder)), limit: settings.limit.0, links })
    }
}

impl Store for LocalStore {
    fn limit(&self) -> u64 {
        self.limit
    }

    async fn put(&self, key: &Key, kind: &Kind, mut chunks: Chunks) -> Result<About, StorageError> {
        // It removes its file where it is dropped before it is kept: by an error, or by a caller that leaves.
        let (draft, file) = self.blocking(key, |folder, key| Draft::begin(&folder, &key)).await?;
        let mut file = tokio::fs::File::from_std(file);
        let mut size = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            size += chunk.len() as u64;
            file.write_all(&chunk).await.map_err(StorageError::unavailable)?;
        }
        file.flush().await.map_err(StorageError::unavailable)?;
        file.sync_all().await.map_err(StorageError::unavailable)?;
        let kind = kind.clone();
        self.blocking(key, move |folder, key| folder.keep(&key, draft, size, kind)).await
    }

    async fn read(&self, key: &Key, range: Option<Range<u64>>) -> Result<Option<Reading>, StorageError> {
        let Some((about, file)) = self.blocking(key, |folder, key| folder.open(&key)).await? else { return Ok(None) };
        let range = range.unwrap_or(0..about.size);
        let (start, end) = (range.start.min(about.size), range.end.min(about.size));
        let mut file = tokio::fs::File::from_std(file);
        file.seek(io::SeekFrom::Start(start)).await.map_err(StorageError::unavailable)?;
        let part = file.take(end.saturating_sub(start));
        let chunks = ReaderStream::with_capacity(part, 64 * 1024);
        Ok(Some(Reading::of(about, chunks.map(|chunk| chunk.map_err(StorageError::unavailable)).boxed())))
    }

    async fn head(&self, key: &Key) -> Result<Option<About>, StorageError> {
        self.blocking(key, |folder, key| folder.about(&key)).await
    }

    async fn list(&self, below: &str, after: Option<&str>, most: usize) -> Result<Vec<Entry>, StorageError> {
        let (folder, below, after) = (Arc::clone(&self.folder), below.to_owned(), after.map(str::to_owned));
        blocking(move || folder.list(&below, after.as_deref(), most)).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        self.blocking(key, |folder, key| folder.delete(&key)).await
    }

    async fn copy(&self, from: &Key, to: &Key) -> Result<bool, StorageError> {
        let Some(reading) = self.read(from, None).await? else { return Ok(false) };
        self.put(to, &reading.about.kind, reading.chunks).await?;
        Ok(true)
    }

    async fn presign(&self, key: &Key, leave: Leave, ttl: Duration) -> Result<String, StorageError> {
        Ok(self.links.link(key, leave, ttl))
    }

    fn admits(&self, key: &Key, leave: Leave, expires: u64, signature: &str) -> bool {
        self.links.admits(key, leave, expires, signature)
    }

    async fn check(&self) -> Result<(), StorageError> {
        let folder = Arc::clone(&self.folder);
        blocking(move || folder.check()).await
    }
}

impl LocalStore {
    async fn blocking<T: Send + 'static>(
        &self,
        key: &Key,
        work: impl FnOnce(Arc<Folder>, Key) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (folder, key) = (Arc::clone(&self.folder), key.clone());
        blocking(move || work(folder, key)).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, StorageError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(StorageError::unavailable),
        Err(panic) => Err(StorageError::unavailable(panic)),
    }
}
