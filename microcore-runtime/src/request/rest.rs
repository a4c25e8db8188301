//! What is left of a body when its request is answered. In: the body, as whoever had it lets go of it. Out: whether the
//! connection can go on to the next request.
//!
//! A connection of HTTP/1 has its next request behind the body of this one. What has arrived already and is little is
//! read; for anything else the answer must be the last one, and must say so: RFC 9112, 9.6.

use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use hyper::body::{Body as _, Incoming};

/// Most bytes that are read so that a connection lives on; a new connection costs about as much.
const LITTLE: u64 = 64 * 1024;

/// The body of the request that a connection is at. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rest(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    /// Nothing of it is on its way any more.
    #[default]
    Through,
    /// Somebody has it and may still read it.
    Held,
    /// Nobody wants it, and it is on its way.
    Left(Incoming),
    /// Nobody wants it, and its client waits to hear whether to send it.
    Unasked,
    /// The answer was the last one: what is still held is let go of.
    Over,
}

impl Rest {
    /// A body begins.
    pub(super) fn begin(&self) {
        self.set(State::Held);
    }

    /// It was read to its end.
    pub(super) fn end(&self) {
        self.set(State::Through);
    }

    /// Whoever had it is done with it.
    pub(super) fn leave(&self, incoming: Incoming, is_asked_for: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*state, State::Over) {
            *state = if is_asked_for { State::Left(incoming) } else { State::Unasked };
        }
    }

    /// Whether nothing is left.
    pub(crate) fn is_through(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::Through)
    }

    /// Reads what nobody wants, where it has arrived and is little; whether nothing is left then.
    ///
    /// It waits for nobody: the answer is there.
    pub(crate) async fn discard(&self) -> bool {
        let is_through = match self.set(State::Over) {
            State::Through => true,
            State::Left(incoming) if incoming.size_hint().lower() <= LITTLE => read(incoming).await,
            State::Held | State::Left(_) | State::Unasked | State::Over => false,
        };
        if is_through {
            self.end();
        }
        is_through
    }

    fn set(&self, state: State) -> State {
        mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), state)
    }
}

async fn read(mut incoming: Incoming) -> bool {
    let (mut taken, mut has_looked) = (0, false);
    loop {
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut incoming).poll_frame(cx))).await;
        match polled {
            Poll::Ready(None) => return true,
            Poll::Ready(Some(Ok(frame))) => {
                taken += frame.data_ref().map_or(0, |data| data.len() as u64);
                if taken > LITTLE {
                    return false;
                }
                has_looked = false;
            }
            // The connection hands a piece on when it is asked for one, and looks for more at its own turn.
            Poll::Pending if !has_looked => {
                has_looked = true;
                tokio::task::yield_now().await;
            }
            Poll::Ready(Some(Err(_))) | Poll::Pending => return false,
        }
    }
}
