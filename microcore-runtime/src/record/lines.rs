//! The latest lines of the log, with what they belong to.
//!
//! Whoever formats a line has allocated for it already, so this one ring is a queue behind a lock that is held for a
//! push. Where it is taken at that moment, the line is counted as lost: nobody waits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::context::look;
use crate::event::{Moment, wall_clock};

/// So many are kept.
const LATEST: usize = 1000;
/// More of a line is left out, in bytes.
const LONGEST: usize = 2048;

static LINES: Mutex<VecDeque<LogLine>> = Mutex::new(VecDeque::new());
static NEXT: AtomicU64 = AtomicU64::new(1);
static LOST: AtomicU64 = AtomicU64::new(0);

/// A line of the log.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemLogLine")]
#[non_exhaustive]
pub struct LogLine {
    /// Counted from the start of the process.
    pub number: u64,
    /// Milliseconds since 1970.
    pub time: u64,
    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    pub level: String,
    /// The plugin that wrote it, or the module.
    pub source: String,
    /// What it says.
    pub message: String,
    /// Its fields, as they stand behind the message.
    pub fields: String,
    /// The request or event that was handled.
    pub id: Option<String>,
    /// The first of its chain.
    pub origin: Option<String>,
    /// The subscriber or schedule that wrote it.
    pub by: Option<String>,
    /// In which attempt.
    pub attempt: u32,
    /// Since the start of the process, in nanoseconds.
    #[serde(skip)]
    pub(crate) at: u64,
}

/// A line was written. What it belongs to is what is handled, or what it says itself: its id, and the first of the chain.
pub fn told(level: &str, source: String, mut message: String, mut fields: String, [id, origin]: [Option<String>; 2]) {
    cut(&mut message);
    cut(&mut fields);
    let unowned = LogLine {
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        time: wall_clock(),
        level: level.to_owned(),
        source,
        message,
        fields,
        origin: origin.or_else(|| id.clone()),
        id,
        by: None,
        attempt: 0,
        at: Moment::now().ticks(),
    };
    let line = look(|handled| match handled {
        None => unowned,
        Some(context) => LogLine {
            id: Some(context.id.to_string()),
            origin: Some(context.origin.to_string()),
            by: context.by().map(ToOwned::to_owned),
            attempt: context.attempt,
            ..unowned
        },
    });
    let mut lines = match LINES.try_lock() {
        Ok(lines) => lines,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => {
            LOST.fetch_add(1, Ordering::Relaxed);
            return;
        }
    };
    if lines.len() == LATEST {
        lines.pop_front();
    }
    lines.push_back(line);
}

/// Sets another level for a while: what a setting of the levels would say, or nothing to fall back on what is set.
pub type Levels = fn(Option<&str>) -> Result<(), String>;

static LEVELS: OnceLock<Levels> = OnceLock::new();

/// Says how levels are changed. The first word counts.
pub fn levels_by(levels: Levels) {
    let _ = LEVELS.set(levels);
}

/// Changes the levels, where the logger can.
pub(crate) fn set_levels(levels: Option<&str>) -> Result<(), String> {
    LEVELS.get().ok_or_else(|| "the log is not written by the tool `logger`".to_owned())?(levels)
}

fn cut(text: &mut String) {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|place| text.is_char_boundary(*place)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
}

/// The lines that are kept, the oldest first.
pub fn lines() -> Vec<LogLine> {
    let mut lines: Vec<LogLine> = LINES.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
    lines.sort_by_key(|line| line.number);
    lines
}

/// Those with a higher number.
pub(crate) fn lines_after(number: u64) -> Vec<LogLine> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut lines: Vec<LogLine> = lines.iter().filter(|line| line.number > number).cloned().collect();
    lines.sort_by_key(|line| line.number);
    lines
}

/// The number of the newest one.
pub(crate) fn newest_line() -> u64 {
    NEXT.load(Ordering::Relaxed) - 1
}

pub(super) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}
