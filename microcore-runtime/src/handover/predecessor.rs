//! The process that this one takes over from, as seen by this one.
//!
//! In: the standard input, where it is a channel. Out: leave to boot, leave to accept, and when the other is gone.

use std::env;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::channel::{Channel, FromNew, FromOld};
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::server::ServerHandle;

/// Its value is the number of the process that has started this one: what it starts in turn inherits the variable, and is
/// not meant.
pub(super) const VARIABLE: &str = "MICROCORE_TAKES_OVER_FROM";

/// The other end.
#[derive(Debug)]
pub(crate) struct Predecessor {
    channel: Channel<FromOld>,
    pub(crate) welcomed: Welcomed,
}

/// On what terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Welcomed {
    /// Also with migrations that the old code can't live with.
    pub(crate) allow_breaking: bool,
    /// Whether the other stays, and this process ends with it.
    pub(crate) stays: bool,
}

impl Predecessor {
    /// Where another process has started this one to take over: says what it is, and waits to be let in. To be called
    /// before there is a runtime.
    pub(crate) fn greet(manifest: &Manifest) -> Result<Option<Self>> {
        if env::var(VARIABLE).ok().and_then(|text| text.parse().ok()) != Some(parent_id()) {
            return Ok(None);
        }
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        let mut channel = Channel::over(stream)?;
        let (application, version) = (manifest.name.to_owned(), manifest.version.to_owned());
        channel.say(&FromNew::Hello { application, version })?;
        match channel.blocking_next() {
            Some(FromOld::Welcome { allow_breaking, stays, left }) => {
                if stays {
                    super::adopt(left);
                    crate::server::comes_back();
                    #[cfg(debug_assertions)]
                    crate::server::peers_are_told();
                }
                Ok(Some(Self { channel, welcomed: Welcomed { allow_breaking, stays } }))
            }
            _ => Err(gone()),
        }
    }

    /// Says why this process does not serve.
    pub(crate) fn refuse(&self, reason: &str) {
        // It is on this process's standard error as well.
        let _ = self.channel.say(&FromNew::Refused(reason.to_owned()));
    }

    /// Says that this process could accept, and waits until it may.
    pub(crate) async fn ready(&mut self) -> Result<Draining> {
        self.channel.say(&FromNew::Ready)?;
        match self.channel.next().await {
            Some(FromOld::Go { drains }) => Ok(Draining::until(Instant::now() + Duration::from_millis(drains))),
            _ => Err(gone()),
        }
    }

    /// Waits for the end of the other, or for the word to leave; the server is asked to stop then, where this process goes
    /// with the other.
    pub(crate) async fn watch(mut self, draining: Draining, server: ServerHandle) -> Self {
        tokio::select! {
            biased;
            word = self.channel.next() => if let Some(FromOld::Left(left)) = word {
                super::given::arrived(left);
                // It ends now, and says nothing more.
                while self.channel.next().await.is_some() {}
            },
            () = server.stops(), if self.welcomed.stays => {}
        }
        draining.ends();
        if self.welcomed.stays {
            server.stop();
        }
        self
    }

    /// The last word: what tools have left.
    pub(crate) fn leave(&self) {
        if let Err(error) = self.channel.say(&FromNew::Left(super::gathered())) {
            tracing::warn!("what tools have left can't be handed on: {error}");
        }
    }
}

fn gone() -> Error {
    Error::internal("the process that has started this one is gone, or wants it no more")
}

/// How long the process before this one may still have requests. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draining(Arc<Mutex<Option<Instant>>>);

impl Draining {
    fn until(end: Instant) -> Self {
        Self(Arc::new(Mutex::new(Some(end))))
    }

    fn ends(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// `None` where it has ended.
    pub(crate) fn left(&self) -> Option<Duration> {
        let end = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        end.map(|end| end.saturating_duration_since(Instant::now()))
    }
}
