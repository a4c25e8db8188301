//! Messages that wait for the collector: so many bytes, and the oldest go first.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Duration, sleep};
use tokio_util::sync::CancellationToken;

use super::messages::Message;

/// More than so many bytes wait nowhere.
const MOST: usize = 4 * 1024 * 1024;

static LOST: AtomicU64 = AtomicU64::new(0);

/// What was lost in this process.
pub(super) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// The messages, in the order in which they are sent.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    come: Notify,
    closed: CancellationToken,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    bytes: usize,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, message: Message) {
        let mut waiting = self.waiting();
        waiting.bytes += message.body.len();
        waiting.messages.push_back(message);
        // One that is larger than all the room goes as well.
        while waiting.bytes > MOST {
            let Some(oldest) = waiting.messages.pop_front() else { break };
            waiting.bytes -= oldest.body.len();
            lose(oldest.records);
        }
        drop(waiting);
        self.come.notify_one();
    }

    /// The same of what takes the place of an earlier one: numbers count from the start anyhow.
    pub(super) fn put_latest(&self, message: Message) {
        let mut waiting = self.waiting();
        if let Some(place) = waiting.messages.iter().position(|other| other.signal == message.signal) {
            let earlier = waiting.messages.remove(place);
            waiting.bytes -= earlier.map_or(0, |earlier| earlier.body.len());
        }
        drop(waiting);
        self.put(message);
    }

    /// No message comes any more.
    pub(super) fn close(&self) {
        self.closed.cancel();
        self.come.notify_one();
    }

    /// Whether none does.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    /// Waits, but not beyond the end.
    pub(super) async fn pause(&self, time: Duration) {
        tokio::select! {
            () = sleep(time) => {}
            () = self.closed.cancelled() => {}
        }
    }

    /// The next one, when it is there; nothing where none comes any more.
    pub(super) async fn next(&self) -> Option<Message> {
        loop {
            let come = self.come.notified();
            {
                let mut waiting = self.waiting();
                if let Some(message) = waiting.messages.pop_front() {
                    waiting.bytes -= message.body.len();
                    return Some(message);
                }
                if self.is_closed() {
                    return None;
                }
            }
            come.await;
        }
    }

    /// Puts one back in front, unless a later one of its kind is all that counts.
    pub(super) fn put_back(&self, message: Message) {
        let mut waiting = self.waiting();
        let is_outdated = message.is_whole && waiting.messages.iter().any(|other| other.signal == message.signal);
        if is_outdated {
            return;
        }
        if waiting.bytes + message.body.len() > MOST {
            lose(message.records);
            return;
        }
        waiting.bytes += message.body.len();
        waiting.messages.push_front(message);
    }
}

/// So many records are lost.
pub(super) fn lose(records: u64) {
    LOST.fetch_add(records, Ordering::Relaxed);
}
