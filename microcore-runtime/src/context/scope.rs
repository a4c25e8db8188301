//! While something is handled, the thread that runs the handler knows what it is.
//!
//! In: a context and the work that is its handling. Out: the work's own result. Nothing is copied in or out when the work
//! is polled: the thread holds a reference, for as long as the poll takes.

use std::future::Future;
use std::pin::Pin;
use std::task::{Poll, ready};

use pin_project_lite::pin_project;

use super::Context;

scoped_tls::scoped_thread_local!(static CURRENT: Context);

/// Shows what is being handled by the running task, if anything.
pub(super) fn look<T>(look: impl FnOnce(Option<&Context>) -> T) -> T {
    if CURRENT.is_set() { CURRENT.with(|context| look(Some(context))) } else { look(None) }
}

/// Runs `work` as the handling of `context`, on this thread, now.
pub(super) fn within<T>(context: &Context, work: impl FnOnce() -> T) -> T {
    CURRENT.set(context, work)
}

pin_project! {
    /// Work that is the handling of a context.
    pub(super) struct Scoped<F> {
        context: Context,
        #[pin]
        work: Option<F>,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What is dropped halfway may log and publish too.
            if this.work.is_some() {
                within(this.context, || this.work.set(None));
            }
        }
    }
}

impl<F> Scoped<F> {
    pub(super) fn new(context: Context, work: F) -> Self {
        Self { context, work: Some(work) }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, waker: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        within(this.context, || {
            let work = this.work.as_mut().as_pin_mut().expect("a future that is done is not polled again");
            let output = ready!(work.poll(waker));
            this.work.set(None);
            Poll::Ready(output)
        })
    }
}
