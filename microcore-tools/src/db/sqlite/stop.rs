//! What stops a statement on a thread that may wait for it: its caller went away, or its time is up.
//!
//! SQLite calls a progress handler every so many steps of its machine. The handler is set once per connection; what it
//! looks at belongs to the thread that runs the statement, so that a call says what may stop it without touching the
//! connection. One step may be long, and is not stopped.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// Steps of SQLite's machine between two looks: tens of microseconds.
const STEPS: i32 = 1_000;

/// Whether a caller went away.
pub(crate) type Lost = Arc<AtomicBool>;

/// The caller's end of a call: dropped, it stops the statement, because nobody is left to hear of it.
#[derive(Debug, Default)]
pub(crate) struct Interest(Lost);

impl Interest {
    /// For whoever runs the call.
    pub(crate) fn lost(&self) -> Lost {
        Arc::clone(&self.0)
    }
}

impl Drop for Interest {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

thread_local! {
    /// Of the call that runs on this thread.
    static LOST: RefCell<Option<Lost>> = const { RefCell::new(None) };
    /// When its statement was looked at first.
    static SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Watches every statement of the connection, for as long as a call runs; `longest` of zero sets no time.
pub(crate) fn watch(sqlite: &mut Connection, longest: Duration) -> rusqlite::Result<()> {
    let stops = move || {
        let lost = LOST.with_borrow(|lost| lost.as_ref().map(|lost| lost.load(Ordering::Relaxed)));
        // What the tool itself runs is nobody's call.
        let Some(lost) = lost else { return false };
        let now = Instant::now();
        let since = SINCE.get().unwrap_or(now);
        SINCE.set(Some(since));
        lost || (!longest.is_zero() && now.duration_since(since) > longest)
    };
    sqlite.progress_handler(STEPS, Some(stops))
}

/// Runs a call, which ends when its caller is lost.
pub(crate) fn during<T>(lost: &Lost, work: impl FnOnce() -> T) -> T {
    let _running = Running::begin(lost);
    work()
}

/// The next statement of the same call has its time for itself.
pub(crate) fn renew() {
    SINCE.set(None);
}

/// Ends also where the call panics.
struct Running;

impl Running {
    fn begin(lost: &Lost) -> Self {
        LOST.set(Some(Arc::clone(lost)));
        renew();
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        LOST.set(None);
    }
}
