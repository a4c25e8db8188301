//! Timers in memory.

use microcore_runtime::event::wall_clock;
use microcore_runtime::jobs::{NewJob, NewTimer, Ringing, Rung, Timer};

use super::state::State;

fn shown(timer: &NewTimer) -> Timer {
    let NewTimer { key, times, next, planned } = timer;
    Timer { key: key.clone(), name: planned.name.to_owned(), times: times.clone(), next: *next }
}

impl State {
    pub(super) fn timers(&self) -> Vec<Timer> {
        self.timers.values().map(shown).collect()
    }

    pub(super) fn due_timers(&self, names: &[&str], now: i64, limit: usize) -> Vec<Timer> {
        let is_due = |timer: &&NewTimer| timer.next <= now && names.contains(&timer.planned.name);
        let mut due: Vec<Timer> = self.timers.values().filter(is_due).map(shown).collect();
        due.sort_by(|one, other| (one.next, &one.key).cmp(&(other.next, &other.key)));
        due.truncate(limit);
        due
    }

    pub(super) fn ring(&mut self, ringing: &[Ringing], now: i64) -> Rung {
        let mut rung = Rung::default();
        for one in ringing {
            let Some(timer) = self.timers.get_mut(&one.key).filter(|timer| timer.next == one.was) else { continue };
            let planned = timer.planned.clone();
            match one.next {
                Some(next) => timer.next = next,
                None => drop(self.timers.remove(&one.key)),
            }
            rung.count += 1;
            match one.worker {
                // One that is unique, and is there already, stands.
                Some(worker) => {
                    let job = NewJob::rung(worker, planned.payload, planned.unique, planned.line);
                    let _ = self.enqueue(&job, now);
                }
                None => rung.events.push((one.envelope(wall_clock()), planned.payload)),
            }
        }
        rung
    }
}
