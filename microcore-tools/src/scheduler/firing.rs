//! What becomes of ticks that are due: run, run as one, recorded and left alone. No clock and no store: what is decided
//! hangs on what is given.

use microcore_runtime::jobs::{Due, Firing, Missed, NewRun, RunState, ScheduleFacts};

use super::times::Times;

/// A tick that is no older than this is on time: nobody was away, somebody was busy.
const ON_TIME: i64 = 60_000;
/// The most missed ticks that are run one by one.
const MOST: usize = 100;

pub(super) fn decide(facts: &ScheduleFacts, times: &Times, due: &Due, now: i64) -> Firing {
    let (last, earlier) = match times {
        Times::AfterEnd(_) => (due.tick, 0),
        times => times.last(due.tick, now),
    };
    let next = match times {
        Times::AfterEnd(_) => None,
        times => times.next(last.max(now)),
    };
    let mut firing = Firing {
        name: due.name.clone(),
        was: due.tick,
        next,
        runs: Vec::new(),
        recorded: Vec::new(),
        overlap: facts.overlap,
    };
    let run = |tick: i64, missed: u32| NewRun { tick, due: tick + delay(&due.name, tick, facts.jitter), missed };
    match facts.missed {
        Missed::Once if is_late(facts, last, now) => firing.recorded.push((last, RunState::Missed, earlier + 1)),
        Missed::Once => firing.runs.push(run(last, earlier)),
        Missed::Skip if now - last > ON_TIME || is_late(facts, last, now) => {
            firing.recorded.push((last, RunState::Missed, earlier + 1));
        }
        Missed::Skip => {
            if earlier > 0 {
                firing.recorded.push((due.tick, RunState::Missed, earlier));
            }
            firing.runs.push(run(last, earlier));
        }
        Missed::All => {
            let mut ticks = vec![due.tick];
            while let Some(next) = times.next(ticks[ticks.len() - 1]).filter(|next| *next <= last && earlier > 0) {
                ticks.push(next);
                if ticks.len() > 2 * MOST {
                    ticks.drain(..MOST);
                }
            }
            let few = ticks.len().saturating_sub(MOST);
            let rest = (earlier + 1).saturating_sub(u32::try_from(ticks.len() - few).unwrap_or(u32::MAX));
            let mut missed = rest;
            for tick in ticks.into_iter().skip(few) {
                if is_late(facts, tick, now) {
                    firing.recorded.push((tick, RunState::Missed, 1));
                } else {
                    firing.runs.push(run(tick, std::mem::take(&mut missed)));
                }
            }
        }
    }
    // No tick is ever again: `next` would be looked for for ever.
    if next.is_none() && !matches!(times, Times::AfterEnd(_)) {
        firing.next = Some(i64::MAX);
    }
    firing
}

/// Whether a tick can't begin in time any more.
pub(super) fn is_late(facts: &ScheduleFacts, tick: i64, now: i64) -> bool {
    facts.late.is_some_and(|late| now - tick > i64::try_from(late.saturating_add(facts.jitter)).unwrap_or(i64::MAX))
}

/// The same for a tick in every process: FNV-1a over name and tick.
fn delay(name: &str, tick: i64, jitter: u64) -> i64 {
    if jitter == 0 {
        return 0;
    }
    let bytes = name.bytes().chain(tick.to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    i64::try_from(hash % jitter).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use microcore_runtime::event::Retry;
    use microcore_runtime::jobs::{Overlap, When};

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn facts(missed: Missed, late: Option<u64>) -> ScheduleFacts {
        ScheduleFacts {
            handler: "hourly",
            name: "",
            doc: "",
            when: When::Every { interval: 3_600_000, from_end: false },
            missed,
            late,
            overlap: Overlap::Skip,
            jitter: 0,
            retry: Retry::new(0, 0),
            timeout: 0,
            broadcast: false,
            blocking: false,
        }
    }

    /// The hours that are run, with the missed ones each stands for; those that are recorded; the next one.
    type Decided = (Vec<(i64, u32)>, Vec<(i64, RunState, u32)>, i64);

    fn decided(missed: Missed, late: Option<u64>, now: i64) -> Decided {
        let due = Due { name: "shop.hourly".to_owned(), times: String::new(), tick: 10 * HOUR };
        let firing = decide(&facts(missed, late), &Times::Every(HOUR), &due, now);
        let runs = firing.runs.iter().map(|run| (run.tick / HOUR, run.missed)).collect();
        let recorded = firing.recorded.iter().map(|(tick, state, missed)| (tick / HOUR, *state, *missed)).collect();
        (runs, recorded, firing.next.unwrap() / HOUR)
    }

    #[test]
    fn a_tick_on_time_is_run_whatever_is_said_of_missed_ones() {
        for missed in [Missed::Once, Missed::Skip, Missed::All] {
            assert_eq!(decided(missed, Some(60_000), 10 * HOUR + 500), (vec![(10, 0)], vec![], 11));
        }
    }

    #[test]
    fn after_a_downtime_one_run_stands_for_all_or_each_is_run_or_none() {
        let now = 13 * HOUR + HOUR / 2;
        assert_eq!(decided(Missed::Once, None, now), (vec![(13, 3)], vec![], 14));
        assert_eq!(decided(Missed::Skip, None, now), (vec![], vec![(13, RunState::Missed, 4)], 14));
        assert_eq!(decided(Missed::All, None, now), (vec![(10, 0), (11, 0), (12, 0), (13, 0)], vec![], 14));
    }

    #[test]
    fn what_is_too_late_is_recorded_and_not_run() {
        let now = 13 * HOUR + HOUR / 2;
        let late = Some(45 * 60_000);
        assert_eq!(decided(Missed::Once, late, now), (vec![(13, 3)], vec![], 14));
        assert_eq!(decided(Missed::Once, Some(60_000), now), (vec![], vec![(13, RunState::Missed, 4)], 14));
        let (runs, recorded, _) = decided(Missed::All, late, now);
        assert_eq!((runs, recorded.len()), (vec![(13, 0)], 3));
    }

    #[test]
    fn of_very_many_missed_ticks_the_last_hundred_are_run_and_the_rest_is_counted() {
        let (runs, _, next) = decided(Missed::All, None, 1_010 * HOUR);
        assert_eq!((runs.len(), runs[0], runs[99], next), (100, (911, 901), (1_010, 0), 1_011));
        let (runs, _, _) = decided(Missed::Once, None, 1_010 * HOUR);
        assert_eq!(runs, [(1_010, 1_000)]);
    }

    #[test]
    fn jitter_is_the_same_in_every_process_and_differs_from_tick_to_tick() {
        let delays: Vec<i64> = (0..50).map(|tick| delay("shop.hourly", tick * HOUR, 300_000)).collect();
        assert!(delays.iter().all(|delay| (0..300_000).contains(delay)), "{delays:?}");
        assert!(delays.windows(2).any(|two| two[0] != two[1]));
        assert_eq!(delay("shop.hourly", 0, 300_000), delay("shop.hourly", 0, 300_000));
    }
}
