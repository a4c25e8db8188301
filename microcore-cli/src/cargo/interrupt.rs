//! ctrl-c while cargo works: cargo ends by it, and this program goes on to put the files back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Holds interrupts back while it lives.
#[derive(Debug)]
pub(crate) struct Interrupts {
    came: Arc<AtomicBool>,
    registered: Vec<signal_hook::SigId>,
}

impl Interrupts {
    /// From now on.
    pub(crate) fn hold() -> Self {
        let came = Arc::new(AtomicBool::new(false));
        let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
        // Where a signal can't be held, it ends the program as it always did.
        let registered =
            signals.into_iter().filter_map(|signal| signal_hook::flag::register(signal, came.clone()).ok()).collect();
        Self { came, registered }
    }

    /// Whether one came.
    pub(crate) fn came(&self) -> bool {
        self.came.load(Ordering::SeqCst)
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        for one in self.registered.drain(..) {
            signal_hook::low_level::unregister(one);
        }
    }
}
