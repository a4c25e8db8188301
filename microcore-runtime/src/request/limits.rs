//! What a server accepts of one request. Travels inside the body: no static, no look-up, and two servers in one process
//! keep their own.

use std::time::Duration;

/// Limits on one body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a JSON or form body: it is read whole.
    pub body: u64,
    /// Most bytes of a multipart body: it is read piece by piece.
    pub upload: u64,
    /// Time for the next 64 KiB of a body, or for its end; zero waits forever.
    pub wait: Duration,
}

impl Limits {
    /// None: for tests that call an application in memory.
    pub const NONE: Self = Self { body: u64::MAX, upload: u64::MAX, wait: Duration::ZERO };
}
