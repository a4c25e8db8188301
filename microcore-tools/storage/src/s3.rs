//! Files in a bucket of S3, or of any server that speaks as S3 does. The protocol is `object_store`'s.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::prelude::*;
use microcore::settings::Problems;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{
    Attribute, Attributes, ClientOptions, Error as S3Error, GetOptions, GetRange, GetResult, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, RetryConfig,
};

use super::content::{OCTETS, read, written};
use super::{About, Backend, Chunks, Entry, Key, Kind, Leave, Reading, StorageError, Store};

/// What goes into one request; S3 wants parts of 5 MiB at least.
const PART: usize = 8 * 1024 * 1024;

/// The longest that S3 lets an address live.
const LONGEST_LINK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The backend `S3`.
#[derive(Debug, Clone, Copy)]
pub struct S3;

/// What [`S3`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "STORAGE")]
#[non_exhaustive]
pub struct S3Settings {
    /// Bucket of the files.
    pub bucket: String,
    /// Region of the bucket.
    #[setting(default = "us-east-1")]
    pub region: String,
    /// Server, where it is not Amazon's: `https://minio.example.com`. The bucket is then the first part of the path.
    pub endpoint: Option<String>,
    /// Name of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: Secret<String>,
    /// What each key begins with in the bucket.
    #[setting(default = "")]
    pub prefix: String,
    /// Most bytes of one file.
    #[setting(default = "10MiB")]
    pub limit: ByteSize,
    /// Time for one request; a file in parts has several.
    #[setting(default = "30s", within = "100ms..=1h")]
    pub timeout: Duration,
}

/// An open way to a bucket.
#[derive(Debug, Clone)]
pub struct S3Store {
    bucket: Arc<AmazonS3>,
    /// Empty, or with a slash at its end.
    prefix: String,
    limit: u64,
}

impl Backend for S3 {
    type Settings = S3Settings;
    type Store = S3Store;

    async fn open(settings: S3Settings, _: &Boot) -> Result<S3Store> {
        // Whoever chose another one before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let prefix = Key::folder(&settings.prefix).map_err(|error| problem("STORAGE_PREFIX", &error.to_string()))?;
        // What fails for a moment is tried again; what is down is told soon, and the caller decides.
        let retry =
            RetryConfig { max_retries: 2, retry_timeout: settings.timeout.saturating_mul(2), ..RetryConfig::default() };
        let client = ClientOptions::new().with_timeout(settings.timeout);
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key)
            .with_secret_access_key(settings.secret_key.expose())
            .with_retry(retry);
        if let Some(endpoint) = &settings.endpoint {
            let http = endpoint.starts_with("http://");
            if !http && !endpoint.starts_with("https://") {
                return Err(problem("STORAGE_ENDPOINT", "must begin with `https://` or `http://`").into());
            }
            builder = builder.with_endpoint(endpoint.trim_end_matches('/')).with_allow_http(http);
            builder = builder.with_client_options(client.with_allow_http(http));
        } else {
            builder = builder.with_virtual_hosted_style_request(true).with_client_options(client);
        }
        let bucket = builder.build().map_err(|error| problem("STORAGE_BUCKET", &error.to_string()))?;
        Ok(S3Store { bucket: Arc::new(bucket), prefix, limit: settings.limit.0 })
    }
}

fn problem(key: &str, message: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add(key, message);
    problems
}

/// What S3 said → whether trying again helps.
fn failure(error: S3Error) -> StorageError {
    match error {
        S3Error::PermissionDenied { .. }
        | S3Error::Unauthenticated { .. }
        | S3Error::NotFound { .. }
        | S3Error::InvalidPath { .. }
        | S3Error::NotSupported { .. }
        | S3Error::NotImplemented { .. } => StorageError::refused(error),
        other => StorageError::unavailable(other),
    }
}

fn attributes(kind: &Kind) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, kind.media_type.clone().into());
    for (name, value) in &kind.metadata {
        attributes.insert(Attribute::Metadata(Cow::Owned(name.clone())), written(value).into());
    }
    attributes
}

fn about(got: &GetResult) -> About {
    let mut kind = Kind::of(OCTETS);
    let mut metadata = BTreeMap::new();
    for (name, value) in &got.attributes {
        match name {
            Attribute::ContentType => kind.media_type = value.to_string(),
            Attribute::Metadata(name) => {
                metadata.insert(name.to_lowercase(), read(value));
            }
            _ => {}
        }
    }
    kind.metadata = metadata;
    About::of(got.meta.size, kind, got.meta.last_modified.into(), version(got.meta.e_tag.as_deref()))
}

fn version(etag: Option<&str>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

impl S3Store {
    fn path(&self, key: &str) -> Result<Path, StorageError> {
        // Not `Path::from`, which would write escapes into the name.
        Path::parse(format!("{}{key}", self.prefix)).map_err(StorageError::refused)
    }

    async fn got(&self, key: &Key, options: GetOptions) -> Result<Option<GetResult>, S3Error> {
        let path = Path::parse(format!("{}{key}", self.prefix))?;
        match self.bucket.get_opts(&path, options).await {
            Ok(got) => Ok(Some(got)),
            Err(S3Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A payload that grows, without copying what comes.
#[derive(Default)]
struct Part {
    chunks: Vec<Bytes>,
    size: usize,
}

impl Part {
    fn add(&mut self, chunk: Bytes) {
        self.size += chunk.len();
        self.chunks.push(chunk);
    }

    fn take(&mut self) -> PutPayload {
        self.size = 0;
        std::mem::take(&mut self.chunks).into_iter().collect()
    }
}

impl Store for S3Store {
    fn limit(&self) -> u64 {
        self.limit
    }

    async fn put(&self, key: &Key, kind: &Kind, mut chunks: Chunks) -> Result<About, StorageError> {
        let path = self.path(key.as_str())?;
        let attributes = attributes(kind);
        let (mut part, mut size) = (Part::default(), 0);
        let mut ended = false;
        while part.size < PART && !ended {
            match chunks.try_next().await? {
                Some(chunk) => part.add(chunk),
                None => ended = true,
            }
        }
        let mut ahead = if ended { None } else { chunks.try_next().await? };
        let stored = if ahead.is_none() {
            size = part.size as u64;
            let options = PutOptions { attributes, ..PutOptions::default() };
            self.bucket.put_opts(&path, part.take(), options).await.map_err(failure)?
        } else {
            let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
            let mut upload = self.bucket.put_multipart_opts(&path, options).await.map_err(failure)?;
            let sent = async {
                loop {
                    if part.size >= PART || (ahead.is_none() && part.size > 0) {
                        size += part.size as u64;
                        upload.put_part(part.take()).await.map_err(failure)?;
                    }
                    let Some(chunk) = ahead.take() else { break };
                    part.add(chunk);
                    ahead = chunks.try_next().await?;
                }
                upload.complete().await.map_err(failure)
            }
            .await;
            match sent {
                Ok(stored) => stored,
                Err(error) => {
                    // The parts cost money as long as they lie there; the first failure is the one to tell.
                    let _ = upload.abort().await;
                    return Err(error);
                }
            }
        };
        Ok(About::of(size, kind.clone(), SystemTime::now(), version(stored.e_tag.as_deref())))
    }

    async fn read(&self, key: &Key, range: Option<Range<u64>>) -> Result<Option<Reading>, StorageError> {
        let empty = |about| Reading::of(about, stream::empty().boxed());
        let asked = match &range {
            Some(range) if range.start >= range.end => return Ok(self.head(key).await?.map(empty)),
            range => range.clone().map(GetRange::Bounded),
        };
        match self.got(key, GetOptions { range: asked, ..GetOptions::default() }).await {
            Ok(None) => Ok(None),
            Ok(Some(got)) => {
                let about = about(&got);
                Ok(Some(Reading::of(about, got.into_stream().map_err(failure).boxed())))
            }
            Err(error) => {
                // A range behind the end is refused by the server, and is empty here.
                let Some(range) = range else { return Err(failure(error)) };
                match self.head(key).await? {
                    Some(about) if about.size <= range.start => Ok(Some(empty(about))),
                    _ => Err(failure(error)),
                }
            }
        }
    }

    async fn head(&self, key: &Key) -> Result<Option<About>, StorageError> {
        let got = self.got(key, GetOptions { head: true, ..GetOptions::default() }).await.map_err(failure)?;
        Ok(got.as_ref().map(about))
    }

    async fn list(&self, folder: &str, after: Option<&str>, most: usize) -> Result<Vec<Entry>, StorageError> {
        let below = format!("{}{folder}", self.prefix);
        let below = Path::parse(below.trim_end_matches('/')).map_err(StorageError::refused)?;
        let below = (!below.as_ref().is_empty()).then_some(&below);
        let listed = match after {
            Some(after) => self.bucket.list_with_offset(below, &self.path(after)?),
            None => self.bucket.list(below),
        };
        let found: Vec<_> = listed.take(most).try_collect().await.map_err(failure)?;
        let entries = found.into_iter().filter_map(|meta| {
            let key = meta.location.as_ref().strip_prefix(&self.prefix)?;
            Some(Entry::of(key, meta.size, meta.last_modified.into()))
        });
        Ok(entries.collect())
    }

    async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        match self.bucket.delete(&self.path(key.as_str())?).await {
            Ok(()) | Err(S3Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(error)),
        }
    }

    async fn copy(&self, from: &Key, to: &Key) -> Result<bool, StorageError> {
        match self.bucket.copy(&self.path(from.as_str())?, &self.path(to.as_str())?).await {
            Ok(()) => Ok(true),
            Err(S3Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failure(error)),
        }
    }

    async fn presign(&self, key: &Key, leave: Leave, ttl: Duration) -> Result<String, StorageError> {
        let method = match leave {
            Leave::Read => http::Method::GET,
            Leave::Write => http::Method::PUT,
        };
        let ttl = ttl.clamp(Duration::from_secs(1), LONGEST_LINK);
        let link = self.bucket.signed_url(method, &self.path(key.as_str())?, ttl).await.map_err(failure)?;
        Ok(link.into())
    }

    async fn check(&self) -> Result<(), StorageError> {
        self.list("", None, 1).await.map(drop)
    }
}
