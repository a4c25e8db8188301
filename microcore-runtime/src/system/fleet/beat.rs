//! What a process says of itself: a few hundred bytes.

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::system::Shown;
use crate::system::page::{Pulse, memory, parts, process};

/// How a process does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemReplicaState")]
#[serde(default)]
pub(crate) struct Replica {
    /// What the ids of the process begin with.
    pub(crate) process: String,
    /// The application's package, and its version.
    pub(crate) name: String,
    pub(crate) version: String,
    /// The machine, where it says its name.
    pub(crate) host: String,
    /// Its number there.
    pub(crate) pid: u32,
    /// Since when it serves: milliseconds since 1970.
    pub(crate) started: u64,
    /// How often it says so while somebody looks, in milliseconds.
    pub(crate) every: u64,
    /// Nobody looks, so it says so less often.
    pub(crate) seldom: bool,
    /// Somebody looks at this one: the others are to say how they do.
    pub(crate) asks: bool,
    /// Requests since the start, and per second since it last said so.
    pub(crate) requests: u64,
    pub(crate) per_second: f64,
    /// Of these, how many failed.
    pub(crate) failed: u64,
    /// 99 of 100 took no longer, in microseconds.
    pub(crate) p99: Option<u64>,
    /// Resident memory in bytes.
    pub(crate) memory: Option<u64>,
    /// Attempts to handle an event since the start.
    pub(crate) handled: u64,
    /// What of it is off.
    pub(crate) off: Vec<String>,
    /// It stops now.
    pub(crate) leaves: bool,
}

impl Replica {
    /// How often it is to be heard.
    pub(super) fn interval(&self) -> Duration {
        if self.seldom { self.while_looked_at() * super::SELDOM } else { self.while_looked_at() }
    }

    /// The same while somebody looks; a sender that says none is heard of for a while all the same.
    pub(super) fn while_looked_at(&self) -> Duration {
        Duration::from_millis(self.every.clamp(250, 600_000))
    }
}

/// What is counted from one time to the next.
pub(super) struct Counting {
    since: Instant,
    pulse: Pulse,
}

impl Counting {
    pub(super) fn of(shown: &Shown) -> Self {
        Self { since: Instant::now(), pulse: Pulse::begin(shown.inside.manifest()) }
    }

    pub(super) fn replica(&mut self, shown: &Shown, every: Duration) -> Replica {
        let manifest = shown.inside.manifest();
        let beat = self.pulse.beat(manifest);
        let seconds = self.since.elapsed().as_secs_f64();
        let (tools, plugins) = parts(&shown.inside);
        let off = [("tool", tools), ("plugin", plugins)].into_iter().flat_map(|(kind, parts)| {
            parts.into_iter().filter_map(move |part| part.name_if_off().map(|name| format!("{kind} {name}")))
        });
        let subscribers = (manifest.meters)().subscribers.iter();
        Replica {
            process: process(),
            name: manifest.name.to_owned(),
            version: manifest.version.to_owned(),
            host: host(),
            pid: std::process::id(),
            started: shown.started,
            every: crate::event::millis(every),
            seldom: false,
            asks: false,
            requests: beat.requests,
            per_second: if seconds >= 0.5 { per_second(beat.count, seconds) } else { 0.0 },
            failed: beat.failed,
            p99: beat.p99,
            memory: memory(),
            handled: subscribers.map(|subscriber| subscriber.meter.handling.read().count()).sum(),
            off: off.collect(),
            leaves: false,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn per_second(count: u64, seconds: f64) -> f64 {
    (count as f64 / seconds * 10.0).round() / 10.0
}

/// The kernel's name of the machine; a container's is its id.
fn host() -> String {
    let named = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    named.trim().chars().take(64).collect()
}
