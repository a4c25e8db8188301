//! The handler at work, as a future. In: the application's, and what its request is. Out: nothing where it is through, or
//! what it said when it panicked.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{self, Poll};

use super::exchange::Asked;
use crate::context;
use crate::record::Aside;

/// What a panic said, as the runtime hands it on.
pub(super) type Panicked = Box<dyn Any + Send>;

/// Work for one request. Each step of it is the handling of that request, and a panic is caught: it is a failure of this
/// request and of no other.
///
/// What is kept aside of it is still this thread's when it is through: whoever awaits it takes it then.
pub(super) struct Answering<'e, F> {
    work: Pin<&'e mut F>,
    asked: &'e Asked,
    /// What it has done so far, while it waits.
    aside: Option<Box<Aside>>,
}

impl<'e, F: Future<Output = ()>> Answering<'e, F> {
    #[inline]
    pub(super) fn new(work: Pin<&'e mut F>, asked: &'e Asked) -> Self {
        Self { work, asked, aside: None }
    }
}

impl<F: Future<Output = ()>> Future for Answering<'_, F> {
    type Output = Result<(), Panicked>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // The application is shared state that outlives a panic anyhow: a tool whose lock was poisoned says so itself.
        let step = || catch_unwind(AssertUnwindSafe(|| this.work.as_mut().poll(cx)));
        if let Some(aside) = this.aside.take() {
            aside.enter();
        }
        match context::scope_with(|| this.asked.context().kept_aside(), step) {
            Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
            Ok(Poll::Pending) => {
                this.aside = Aside::leave();
                Poll::Pending
            }
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    }
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&'static str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}
