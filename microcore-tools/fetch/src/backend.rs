//! What stands behind [`Fetch`](super::Fetch): one try of a call. Deadlines, repetitions and pauses are the tool's.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use microcore::lifecycle::Boot;
use microcore::settings::Settings;
use url::Url;

use super::{Answer, FetchError, Streaming};

/// A kind of client. The type is a name only: `Fetch<Http>`.
pub trait Backend: Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open client.
    type Client: Client;

    /// Opens it. Nothing is called yet.
    fn open(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = microcore::error::Result<Self::Client>> + Send;
}

/// An open client.
pub trait Client: Send + Sync + 'static {
    /// How calls are made that say nothing themselves.
    fn policy(&self) -> &Policy;

    /// Tries once. Whoever waits no longer drops this, and it leaves nothing behind. Of an answer the whole body is there.
    fn send(&self, request: Request) -> impl Future<Output = Result<Answer, Trouble>> + Send;

    /// The same, and of an answer the head is there; its body comes as it is read.
    fn open(&self, request: Request) -> impl Future<Output = Result<Streaming, Trouble>> + Send;
}

/// How calls are made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Time for a call with all its repetitions.
    pub deadline: Duration,
    /// The same for single hosts, by their name.
    pub deadlines: BTreeMap<String, Duration>,
    /// How often a call is repeated that may be.
    pub retries: u32,
    /// After so many failures in a row a host is left in peace; 0 never.
    pub pause_after: u32,
    /// For how long, the first time.
    pub pause: Duration,
}

impl Policy {
    /// One try, and no pauses.
    pub fn once(deadline: Duration) -> Self {
        Self { deadline, deadlines: BTreeMap::new(), retries: 0, pause_after: 0, pause: Duration::ZERO }
    }
}

/// A call as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: Method,
    /// `https` or `http`, with a host.
    pub url: Url,
    /// All headers that are the caller's.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// Whether somebody else chose the address, so that it must not lead into a network of one's own.
    pub untrusted: bool,
}

/// Why a try has no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble {
    /// The other never got the call: no connection. Any call may be repeated.
    NotSent(Box<dyn std::error::Error + Send + Sync>),
    /// The connection broke, and what became of the call is not known.
    Broken(Box<dyn std::error::Error + Send + Sync>),
    /// For good.
    Final(FetchError),
}
