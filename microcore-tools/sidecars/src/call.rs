//! One call under way: what its tools need, and who waits for its reply.

use std::sync::atomic::{AtomicBool, Ordering};

use microcore_runtime::context::{self, Context};
use microcore_runtime::guest::GuestTransaction;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The inside of a call.
pub(crate) struct Scope {
    /// What is handled: what the guest logs and publishes has it as its cause.
    context: Option<Context>,
    over: AtomicBool,
    /// The call's transaction, where it has begun one.
    pub(crate) transaction: Mutex<Option<Box<dyn GuestTransaction>>>,
    /// When the call is over at the latest.
    pub(crate) ends: Instant,
}

impl Scope {
    pub(crate) fn new(ends: Instant) -> Self {
        Self { context: context::current(), over: AtomicBool::new(false), transaction: Mutex::new(None), ends }
    }

    /// Runs `work` as part of what is handled.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.context {
            Some(context) => context::scope(context.clone(), work).await,
            None => work.await,
        }
    }

    /// The same, now.
    pub(crate) fn here<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.context {
            Some(context) => context::scope_sync(context, work),
            None => work(),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// From now on its tools are refused, and its transaction is rolled back.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Release);
        // Whoever works with it now drops it at the end of that.
        if let Ok(mut open) = self.transaction.try_lock() {
            open.take();
        }
    }
}

/// Why a call came to nothing.
#[derive(Debug)]
pub(crate) enum Failed {
    /// No place was free in time.
    Busy,
    /// It is left alone, or starts again; for how many seconds.
    Off { reason: String, seconds: u64 },
    /// The time was over.
    Slow,
    /// It went away.
    Broken(String),
    /// Its answer is none, or not the one that its manifest promises.
    Unfit(String),
    /// It says that it failed.
    Raised(String),
    /// It says that the client did something wrong.
    Refused { status: u16, message: String },
}

impl Failed {
    /// Whether it says something about the guest, and not about the client or the load.
    pub(crate) fn is_its_fault(&self) -> bool {
        matches!(self, Self::Slow | Self::Broken(_) | Self::Unfit(_) | Self::Raised(_))
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy => f.write_str("no place was free"),
            Self::Off { reason, .. } => write!(f, "it is off: {reason}"),
            Self::Slow => f.write_str("the time for the call was over"),
            Self::Broken(reason) => write!(f, "it went away: {reason}"),
            Self::Unfit(message) | Self::Raised(message) => f.write_str(message),
            Self::Refused { status, message } => write!(f, "refused with {status}: {message}"),
        }
    }
}
