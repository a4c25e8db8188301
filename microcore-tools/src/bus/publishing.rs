//! What `publish` and `request` give back: futures whose types ask nothing of the event.
//!
//! rustc repeats a bound that fails wherever a type mentions it: at the argument, at the call and at its `.await`. Here
//! the call alone asks, so an event that was not declared is one error. A future that is one plain struct is also
//! cheaper to check for `Send` in each of an application's handlers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use microcore_runtime::error::Result;
use microcore_runtime::event::{Dispatch, Event, Extras, Published, Subscribers};

use super::recorder::{AnyEvent, Recorder};
use super::{BusError, EventBus, Transport};

/// What the publisher asked for; a plain publish carries one word of it.
type Asked = Option<Arc<Extras>>;
type Boxed<'b, T> = Pin<Box<dyn Future<Output = T> + Send + 'b>>;

/// How far a transport has got with an event.
pub enum Accepting<'l> {
    /// It is done: nothing was to be waited for.
    Done(Result<(), BusError>),
    /// There was no room, or it is to be stored.
    Later(Boxed<'l, Result<(), BusError>>),
}

impl<'l> Accepting<'l> {
    /// The rest, which waits.
    pub fn later(rest: impl Future<Output = Result<(), BusError>> + Send + 'l) -> Self {
        Self::Later(Box::pin(rest))
    }
}

impl fmt::Debug for Accepting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}

/// An event that the application `A` has declared. There is nothing to implement: every such event is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of this application",
    label = "not declared in a file of `src/domains/<domain>/events/`",
    note = "declare it there with `#[event(\"…\")]`: one file, one event"
)]
pub trait Publishable<A: 'static, T: Transport>: Event {
    /// Hands the event to the transport.
    #[doc(hidden)]
    fn hand_over(bus: &EventBus<A, T>, event: Self, extras: Asked) -> Accepting<'_>;
}

#[diagnostic::do_not_recommend]
impl<A: Dispatch<E> + Subscribers, T: Transport, E: Event> Publishable<A, T> for E {
    fn hand_over(bus: &EventBus<A, T>, event: Self, extras: Asked) -> Accepting<'_> {
        let mut published = Published::new(Arc::new(event), bus.emitter, bus.link.deliveries);
        if let Some(extras) = extras {
            published.ask_for(extras);
        }
        <A as Dispatch<E>>::published().add(1);
        match (bus.link.app.get(), &bus.link.recorder) {
            (Some(app), None) => {
                published.traced(E::NAME);
                T::accept(&bus.link, app, published)
            }
            (Some(app), Some(recorder)) => {
                let event = Arc::<E>::clone(published.event());
                recorder.record(&event);
                published.traced(E::NAME);
                accepted_or_forgotten(recorder, event, T::accept(&bus.link, app, published))
            }
            // A test that asked for a bus alone has no subscribers.
            (None, Some(recorder)) => {
                recorder.record(published.event());
                Accepting::Done(Ok(()))
            }
            (None, None) => Accepting::Done(Err(BusError::NotOnline)),
        }
    }
}

/// In tests: what was refused was not published. It is recorded first all the same, for what inline subscribers publish
/// comes after it.
#[cold]
fn accepted_or_forgotten<'l>(recorder: &'l Recorder, event: AnyEvent, accepting: Accepting<'l>) -> Accepting<'l> {
    let check = move |result: Result<(), BusError>| {
        if result.is_err() {
            recorder.forget(&event);
        }
        result
    };
    match accepting {
        Accepting::Done(result) => Accepting::Done(check(result)),
        Accepting::Later(later) => Accepting::later(async move { check(later.await) }),
    }
}

/// An event on its way to the transport. Nothing happens before it is awaited.
#[must_use = "the event is published when this is awaited"]
pub struct Publishing<'b, A: 'static, T: Transport, E> {
    bus: &'b EventBus<A, T>,
    event: Option<(E, Asked)>,
    hand_over: fn(&'b EventBus<A, T>, E, Asked) -> Accepting<'b>,
    later: Option<Boxed<'b, Result<(), BusError>>>,
}

impl<'b, A, T: Transport, E: Publishable<A, T>> Publishing<'b, A, T, E> {
    #[inline]
    pub(super) fn new(bus: &'b EventBus<A, T>, event: E, extras: Asked) -> Self {
        Self { bus, event: Some((event, extras)), hand_over: E::hand_over, later: None }
    }
}

// The event is moved out of here before anything is pinned.
impl<A, T: Transport, E> Unpin for Publishing<'_, A, T, E> {}

impl<A, T: Transport, E> Future for Publishing<'_, A, T, E> {
    type Output = Result<(), BusError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some((event, extras)) = self.event.take() {
            match (self.hand_over)(self.bus, event, extras) {
                Accepting::Done(result) => return Poll::Ready(result),
                Accepting::Later(later) => self.later = Some(later),
            }
        }
        self.later.as_mut().expect("a future that is done is not polled again").as_mut().poll(context)
    }
}

impl<A, T: Transport, E> fmt::Debug for Publishing<'_, A, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publishing").field("begun", &self.event.is_none()).finish_non_exhaustive()
    }
}

/// A request on its way to its responder. Nothing happens before it is awaited.
#[must_use = "the request is made when this is awaited"]
pub struct Asking<'b, R>(Boxed<'b, Result<R>>);

impl<'b, R> Asking<'b, R> {
    pub(super) fn new(asking: impl Future<Output = Result<R>> + Send + 'b) -> Self {
        Self(Box::pin(asking))
    }
}

impl<R> Future for Asking<'_, R> {
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<R> fmt::Debug for Asking<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asking")
    }
}
