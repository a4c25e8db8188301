//! One to many within a process: what a plugin hears, for everybody who listens. In: values. Out: a stream per listener.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};

use crate::error::{Error, Result};

/// Passes each value on to everybody who listens at that moment. A field of a plugin; it never waits for a listener.
///
/// A listener that falls behind by more than the feed keeps is let go, and is not served something with a gap in it.
pub struct Feed<T>(Sender<T>);

impl<T: Clone + Send + 'static> Feed<T> {
    /// A feed that keeps the last `kept` values for slow listeners; at least one.
    pub fn keeping(kept: usize) -> Self {
        Self(Sender::new(kept.max(1)))
    }

    /// Passes a value on; how many listen.
    pub fn send(&self, value: T) -> usize {
        self.0.send(value).unwrap_or_default()
    }

    /// What is sent from now on.
    pub fn subscribe(&self) -> Subscription<T> {
        Subscription(Box::pin(unfold(Some(self.0.subscribe()), next)))
    }
}

async fn next<T: Clone>(receiver: Option<Receiver<T>>) -> Option<(Result<T>, Option<Receiver<T>>)> {
    let mut receiver = receiver?;
    match receiver.recv().await {
        Ok(value) => Some((Ok(value), Some(receiver))),
        Err(RecvError::Lagged(missed)) => {
            Some((Err(Error::unavailable(format!("a listener fell behind by {missed} and was let go"))), None))
        }
        Err(RecvError::Closed) => None,
    }
}

impl<T: Clone + Send + 'static> Default for Feed<T> {
    /// Keeps 256 values.
    fn default() -> Self {
        Self::keeping(256)
    }
}

impl<T> Clone for Feed<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Feed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("listeners", &self.0.receiver_count()).finish()
    }
}

/// What one listener hears of a [`Feed`]: values, then perhaps the error of having fallen behind, then nothing.
///
/// ```
/// use microcore_runtime::realtime::{Feed, Subscription};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let prices: Feed<u32> = Feed::default();
/// let mut heard: Subscription<u32> = prices.subscribe();
/// prices.send(7);
/// assert_eq!(heard.next().await.unwrap().unwrap(), 7);
/// # }
/// ```
pub struct Subscription<T>(Pin<Box<dyn Stream<Item = Result<T>> + Send>>);

impl<T> Subscription<T> {
    /// The next value; `None` where nothing comes any more.
    pub async fn next(&mut self) -> Option<Result<T>> {
        self.0.next().await
    }
}

impl<T> Stream for Subscription<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_hears_everything_in_order_or_is_let_go() {
        let feed = Feed::keeping(2);
        assert_eq!(feed.send(0), 0, "nobody listens yet");
        let (mut quick, mut slow) = (feed.subscribe(), feed.subscribe());
        for value in 1..=4 {
            feed.send(value);
            assert_eq!(quick.next().await.unwrap().unwrap(), value);
        }
        let error = slow.next().await.unwrap().unwrap_err();
        assert_eq!(error.status(), 503);
        assert!(slow.next().await.is_none(), "nothing with a gap in it");
        drop(feed);
        assert!(quick.next().await.is_none());
    }
}
