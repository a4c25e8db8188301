//! The replicas of an application, as they see each other through the bus: no addresses, no tokens, nobody to ask.
//!
//! In: what each process says of itself, as a broadcast that the bus carries and no plugin hears: every
//! `SYSTEM_FLEET_EVERY` while somebody looks, seldom while nobody does, and at its end. Out: who there is, how each does,
//! and who has gone silent.

mod beat;
mod look;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, sleep_until};

use self::beat::Counting;
pub(crate) use self::beat::Replica;
use self::look::Look;
use super::Shown;
use super::page::process;

/// What the broadcast is called; no event of an application can be.
pub const REPLICA: &str = "microcore.replica";
/// Whoever has said nothing for so many of its own intervals is silent, and gone after so many.
const SILENT: u32 = 3;
const GONE: u32 = 12;
/// So many are remembered: whoever can write to the bus can't fill the memory.
const MOST: usize = 256;

/// While nobody looks, a replica says how it does after so many intervals.
const SELDOM: u32 = 12;
/// Whoever looks first waits so long for the answers of the others.
const GATHERING: Duration = Duration::from_millis(500);

static LOOK: Look = Look::nobody();
static HEARD: Mutex<BTreeMap<String, Heard>> = Mutex::new(BTreeMap::new());

/// The last that a process said, and when that came, by the clock of this one.
#[derive(Debug, Clone)]
struct Heard {
    at: Instant,
    replica: Replica,
}

/// All that are known.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemFleet")]
pub(crate) struct Fleet {
    /// This process.
    pub(crate) process: String,
    /// Whether the bus reaches other processes.
    pub(crate) reaches: bool,
    /// How many there should be: `SYSTEM_REPLICAS`.
    pub(crate) wanted: Option<u64>,
    /// Every one, this process first.
    pub(crate) replicas: Vec<Member>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemReplica")]
pub(crate) struct Member {
    /// Milliseconds since it was heard.
    pub(crate) age: u64,
    /// Whether it has said nothing for longer than it should.
    pub(crate) silent: bool,
    #[serde(flatten)]
    pub(crate) replica: Replica,
}

impl Fleet {
    /// How many there are that say so.
    pub(crate) fn there(&self) -> u64 {
        self.replicas.iter().filter(|member| !member.silent).count() as u64
    }

    /// Whether some are missing.
    pub(crate) fn is_too_small(&self) -> bool {
        self.wanted.is_some_and(|wanted| self.there() < wanted)
    }
}

fn heard() -> MutexGuard<'static, BTreeMap<String, Heard>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process has said this of itself. What can't be read is of another version, and is nobody.
pub fn replica_heard(said: &str) {
    let (Ok(replica), now) = (serde_json::from_str::<Replica>(said), Instant::now()) else { return };
    if replica.asks && replica.process != process() {
        LOOK.elsewhere(now);
    }
    keep(&mut heard(), replica, now);
}

fn keep(all: &mut BTreeMap<String, Heard>, replica: Replica, now: Instant) {
    all.retain(|_, heard| now.duration_since(heard.at) < heard.replica.interval() * GONE);
    if replica.leaves {
        all.remove(&replica.process);
    } else if all.len() < MOST || all.contains_key(&replica.process) {
        all.insert(replica.process.clone(), Heard { at: now, replica });
    }
}

/// Who there is but this process. While somebody looks, everybody answers soon: whoever has not since then is silent.
fn members(
    all: &BTreeMap<String, Heard>,
    (own, name): (&str, &str),
    looked: Option<Instant>,
    now: Instant,
) -> Vec<Member> {
    let intervals = |heard: &Heard| match looked {
        Some(since) => (now.duration_since(heard.at.max(since)), heard.replica.while_looked_at()),
        None => (now.duration_since(heard.at), heard.replica.interval()),
    };
    // One store may have the events of several applications.
    let there = all.values().filter(|heard| {
        let (without, interval) = intervals(heard);
        without < interval * GONE && heard.replica.name == name && heard.replica.process != own
    });
    let mut others: Vec<Member> = there
        .map(|heard| {
            let (without, interval) = intervals(heard);
            let age = crate::event::millis(now.duration_since(heard.at));
            Member { age, silent: without > interval * SILENT, replica: heard.replica.clone() }
        })
        .collect();
    others.sort_by_key(|member| (member.replica.started, member.replica.process.clone()));
    others
}

impl Shown {
    /// Everybody, as of now; the first look asks the others, and waits for their answers.
    pub(super) async fn fleet(&self) -> Fleet {
        let reaches = self.inside.bus().is_ok_and(super::Watched::reaches_others);
        if LOOK.here(Instant::now()) && reaches && !self.fleet_every.is_zero() {
            sleep(GATHERING).await;
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let own = told.unwrap_or_else(|| Counting::of(self).replica(self, self.fleet_every));
        let now = Instant::now();
        let others = members(&heard(), (&own.process, &own.name), LOOK.since(now), now);
        let process = own.process.clone();
        let first = Member { age: 0, silent: false, replica: own };
        Fleet { process, reaches, wanted: self.replicas, replicas: std::iter::once(first).chain(others).collect() }
    }

    /// Says how this process does, until the server stops, and that it goes then.
    pub(super) async fn tell_fleet(&self, every: Duration) {
        let mut counting = Counting::of(self);
        // By the clock that tests stop and move.
        let mut next = tokio::time::Instant::now();
        loop {
            let leaves = tokio::select! {
                () = self.stop.cancelled() => true,
                () = LOOK.begun() => false,
                () = sleep_until(next) => false,
            };
            let now = Instant::now();
            let (asks, seldom) = (LOOK.is_here(now), LOOK.since(now).is_none());
            next = tokio::time::Instant::now() + if seldom { every * SELDOM } else { every };
            let replica = Replica { seldom, asks, leaves, ..counting.replica(self, every) };
            counting = Counting::of(self);
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(replica.clone());
            // A bus that is off, or has come late, is asked again at the next turn.
            if let Ok(bus) = self.inside.bus()
                && bus.reaches_others()
            {
                let said = serde_json::to_string(&replica).unwrap_or_default();
                if let Err(error) = bus.tell_others(said).await {
                    tracing::debug!(error = error.to_string(), "the other replicas were not told");
                }
            }
            if leaves {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replica(process: &str, name: &str) -> Replica {
        Replica { process: process.to_owned(), name: name.to_owned(), every: 5_000, ..Replica::default() }
    }

    #[test]
    fn who_says_nothing_is_silent_and_then_gone_and_who_leaves_is_gone_at_once() {
        let (mut all, begin) = (BTreeMap::new(), Instant::now());
        let at = |seconds| begin + Duration::from_secs(seconds);
        for process in ["a", "b", "own"] {
            keep(&mut all, replica(process, "shop"), at(0));
        }
        keep(&mut all, replica("c", "mail"), at(0));
        let seen = |all: &BTreeMap<String, Heard>, now| -> Vec<(String, bool)> {
            let members = members(all, ("own", "shop"), None, now);
            members.into_iter().map(|member| (member.replica.process, member.silent)).collect()
        };
        let both = |silent: bool| vec![("a".to_owned(), silent), ("b".to_owned(), silent)];
        assert_eq!(seen(&all, at(15)), both(false));
        assert_eq!(seen(&all, at(16)), both(true));
        keep(&mut all, Replica { leaves: true, ..replica("a", "shop") }, at(17));
        assert_eq!(seen(&all, at(17)), [("b".to_owned(), true)]);
        assert_eq!(seen(&all, at(60)), []);
        keep(&mut all, replica("d", "shop"), at(61));
        assert_eq!(all.keys().collect::<Vec<_>>(), ["d"], "nothing is kept of who is gone");
    }

    #[test]
    fn who_says_little_is_not_silent_until_it_has_not_answered_a_look() {
        let (mut all, begin) = (BTreeMap::new(), Instant::now());
        let at = |seconds| begin + Duration::from_secs(seconds);
        keep(&mut all, Replica { seldom: true, ..replica("a", "shop") }, at(0));
        let seen = |looked, now| {
            let members = members(&all, ("own", "shop"), looked, now);
            members.into_iter().map(|member| (member.age, member.silent)).collect::<Vec<_>>()
        };
        assert_eq!(seen(None, at(170)), [(170_000, false)]);
        assert_eq!(seen(None, at(181)), [(181_000, true)]);
        assert_eq!(seen(Some(at(40)), at(55)), [(55_000, false)]);
        assert_eq!(seen(Some(at(40)), at(56)), [(56_000, true)]);
        assert_eq!(seen(Some(at(40)), at(100)), []);
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let (mut all, now) = (BTreeMap::new(), Instant::now());
        for number in 0..2 * MOST {
            keep(&mut all, replica(&number.to_string(), "shop"), now);
        }
        assert_eq!(all.len(), MOST);
        replica_heard("{");
        replica_heard(r#"{"process":7}"#);
    }
}
