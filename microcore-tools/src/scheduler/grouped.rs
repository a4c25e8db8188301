//! What waits to be written is written together: whoever's turn it is takes along what has come meanwhile.
//!
//! There is no timer: one that comes alone is written at once, and while it is written others come together.

use std::sync::{Mutex, PoisonError};

use microcore_runtime::error::{Error, Result};
use tokio::sync::oneshot;

/// The most that are written at once.
const MOST: usize = 200;

/// Items that are written together, and what becomes of each.
pub(super) struct Grouped<I, O> {
    waiting: Mutex<Vec<(I, oneshot::Sender<Result<O>>)>>,
    turn: tokio::sync::Mutex<()>,
}

impl<I, O> Default for Grouped<I, O> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<I: Send + 'static, O: Send + 'static> Grouped<I, O> {
    /// Writes an item, and maybe others with it. What has begun goes on where its caller is dropped: the others wait for it.
    pub(super) async fn write<Writing>(&self, item: I, work: impl Fn(Vec<I>) -> Writing + Send) -> Result<O>
    where
        Writing: Future<Output = Vec<Result<O>>> + Send + 'static,
    {
        let (done, mut answer) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((item, done));
        loop {
            // Most are written in somebody else's turn.
            let _turn = tokio::select! {
                biased;
                answer = &mut answer => return answer.unwrap_or_else(|_| Err(lost())),
                turn = self.turn.lock() => turn,
            };
            match answer.try_recv() {
                Ok(answer) => return answer,
                Err(oneshot::error::TryRecvError::Closed) => return Err(lost()),
                Err(oneshot::error::TryRecvError::Empty) => {}
            }
            let taken: Vec<_> = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let count = waiting.len().min(MOST);
                waiting.drain(..count).collect()
            };
            let (items, dones): (Vec<I>, Vec<_>) = taken.into_iter().unzip();
            let writing = work(items);
            let written = tokio::spawn(async move {
                for (done, one) in dones.into_iter().zip(writing.await) {
                    // Who does not wait any more has given it up.
                    let _ = done.send(one);
                }
            });
            let _ = written.await;
        }
    }
}

fn lost() -> Error {
    Error::unavailable("it was not written: the runtime is shutting down")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_comes_while_one_is_written_is_written_together_and_each_gets_its_own_answer() {
        let (grouped, writes) = (Arc::new(Grouped::<u64, u64>::default()), Arc::new(AtomicUsize::new(0)));
        let all = (0..1_000).map(|number| {
            let (grouped, writes) = (Arc::clone(&grouped), Arc::clone(&writes));
            tokio::spawn(async move {
                let write = |items: Vec<u64>| {
                    writes.fetch_add(1, Ordering::Relaxed);
                    async move {
                        tokio::task::yield_now().await;
                        items.into_iter().map(|item| Ok(item * 2)).collect()
                    }
                };
                grouped.write(number, write).await.map(|answer| answer == number * 2)
            })
        });
        for one in all.collect::<Vec<_>>() {
            assert!(one.await.expect("it does not panic").expect("it is written"));
        }
        assert!(writes.load(Ordering::Relaxed) < 100, "{} writes", writes.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn each_has_its_own_answer() {
        let grouped = Grouped::<u64, u64>::default();
        let write = |items: Vec<u64>| async {
            items.into_iter().map(|item| if item == 1 { Err(Error::conflict("no")) } else { Ok(item) }).collect()
        };
        let (one, other) = tokio::join!(grouped.write(1, write), grouped.write(2, write));
        assert_eq!((one.unwrap_err().to_string(), other.unwrap()), ("no".into(), 2));
    }
}
