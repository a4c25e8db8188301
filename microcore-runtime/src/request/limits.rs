//! What a server accepts of one request. Travels inside the body: no static, no look-up, and two servers in one process
//! keep their own.

use std::time::Duration;

use crate::realtime::Lasting;

/// Limits on one body.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes of a JSON or form body: it is read whole.
    pub body: u64,
    /// Most bytes of a multipart body: it is read piece by piece.
    pub upload: u64,
    /// Time for the next 64 KiB of a body, or for its end; zero waits forever.
    pub wait: Duration,
    /// What an answer that lasts must know of the server; `None` without one.
    pub lasting: Option<&'static Lasting>,
}

impl Limits {
    /// None: for tests that call an application in memory.
    pub const NONE: Self = Self { body: u64::MAX, upload: u64::MAX, wait: Duration::ZERO, lasting: None };
}
