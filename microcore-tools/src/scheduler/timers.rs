//! Timers: what the running application lets happen at times, and what becomes of it when it is due.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{JobStore, Ringing, Scheduled, Timer, Worker};

use super::engine::Engine;

/// So many are seen to at once.
const BATCH: usize = 512;

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// Sees to the timers that are due; whether there were any.
    pub(super) async fn ring(&self, now: i64) -> Result<bool> {
        let due = self.store.due_timers(&self.timed, now, BATCH).await?;
        let ringing: Vec<Ringing> = due.iter().filter_map(|timer| self.ringing(timer, now)).collect();
        if ringing.is_empty() {
            return Ok(false);
        }
        let rung = self.store.ring(&ringing, now).await?;
        for (envelope, payload) in rung.events {
            let name = envelope.event.clone();
            if let Err(error) = self.app.hand_on(envelope, payload).await {
                tracing::error!(event = name, %error, "an event whose time has come could not be published");
            }
        }
        if rung.count > 0 {
            self.wake_all();
        }
        Ok(true)
    }

    /// What is to be done with one; `None` where this build does not know how.
    fn ringing(&self, timer: &Timer, now: i64) -> Option<Ringing> {
        let worker: Option<&'static Worker> = A::WORKERS.iter().copied().find(|worker| worker.name == timer.name);
        let name =
            worker.map(|worker| worker.name).or_else(|| A::EVENTS.iter().copied().find(|name| *name == timer.name));
        let next = match &timer.times {
            None => None,
            Some(text) => match self.times(text) {
                // One run for all that were missed.
                Ok(plan) => plan.next(timer.next.max(now)),
                Err(error) => {
                    tracing::error!(timer = timer.key, %error, "a timer can't be read");
                    return None;
                }
            },
        };
        Some(Ringing { key: timer.key.clone(), was: timer.next, next, name: name?, worker })
    }

    /// Of a test: when the next timer is due that this build knows.
    pub(super) async fn next_timer(&self) -> Result<Option<i64>> {
        let timers = if self.timed.is_empty() { Vec::new() } else { self.store.timers().await? };
        let is_known = |timer: &&Timer| self.timed.contains(&timer.name.as_str());
        Ok(timers.iter().filter(is_known).map(|timer| timer.next).min())
    }
}

/// The events and jobs of an application.
pub(super) fn timed<A: Scheduled>() -> Vec<&'static str> {
    A::EVENTS.iter().copied().chain(A::WORKERS.iter().map(|worker| worker.name)).collect()
}
