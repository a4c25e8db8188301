//! `dev`: serves while one edits. What is saved is built, and the next request is answered by the new code.
//!
//! ```text
//! browser ── Front ──(a connection per request)── application
//!              │ waits while the code is older than the files
//! files ── Watcher ── build ── the old one leaves, with its state ── the new one begins
//! ```
//!
//! The program supervises another process of itself. In debug builds only: a release has none of this.

mod build;
mod errands;
mod failure;
mod front;
mod page;
mod stage;
mod supervisor;
mod watcher;

use std::time::Duration;

pub(crate) use self::supervisor::Supervisor;

/// How it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// How long a request waits for new code; `None` never waits for a build.
    pub(crate) hold: Option<Duration>,
    /// Where to listen, instead of `HTTP_PORT`.
    pub(crate) port: Option<u16>,
    /// What cargo gets besides: `--features durable`.
    pub(crate) cargo: Vec<String>,
}
