//! `[limits]`: what bounds a guest.

use std::time::Duration;

use super::Part;
use super::section::{Reader, Section};

/// What bounds a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most memory that it may hold, in bytes. 256 MiB where nothing else is said.
    pub memory: u64,
    /// The longest time for one call. 10 seconds where nothing else is said.
    pub time: Duration,
    /// How many calls it works on at a time. 8 where nothing else is said.
    pub concurrency: u32,
    /// The largest body of a request, in bytes. 1 MiB where nothing else is said.
    pub body: u64,
    /// The largest body of an answer, in bytes. 8 MiB where nothing else is said.
    pub reply: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 256 << 20, time: Duration::from_secs(10), concurrency: 8, body: 1 << 20, reply: 8 << 20 }
    }
}

/// More than that is no message any more.
const LARGEST: u64 = 64 << 20;

pub(crate) fn read(reader: &mut Reader<'_>, root: &Section<'_>) -> Limits {
    let default = Limits::default();
    reader.part = Part::Limits;
    let Some(section) = reader.section(root, "limits") else { return default };
    reader.only(&section, &["memory", "time", "concurrency", "body", "reply"]);
    let concurrency = match reader.integer(&section, "concurrency") {
        None => default.concurrency,
        Some((count, line)) => {
            u32::try_from(count).ok().filter(|count| (1..=1_024).contains(count)).unwrap_or_else(|| {
                reader.problem(line, "`concurrency` must be a number from 1 to 1024");
                default.concurrency
            })
        }
    };
    let mut message = |key: &str, default: u64| {
        let size = reader.size(&section, key).unwrap_or(default);
        if size > LARGEST {
            reader.problem(section.line, format!("`{key}` may be 64MiB at the most"));
        }
        size
    };
    let (body, reply) = (message("body", default.body), message("reply", default.reply));
    Limits {
        memory: reader.size(&section, "memory").unwrap_or(default.memory),
        time: reader.duration(&section, "time").unwrap_or(default.time),
        concurrency,
        body,
        reply,
    }
}
