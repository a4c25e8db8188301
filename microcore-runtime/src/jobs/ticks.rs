//! What a store has of schedules, and what is done with their ticks.

use super::{Overlap, RunState};

/// A schedule as this build has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its times, as one text: what the row holds is what everybody fires.
    pub times: String,
    /// The next tick after now.
    pub next: i64,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The store's clock.
    pub now: i64,
    /// The earliest tick of the schedules that were asked for.
    pub tick: Option<i64>,
    /// When the earliest of their runs may be claimed.
    pub run: Option<i64>,
    /// When the earliest timer is due, whatever it is of.
    pub timer: Option<i64>,
    /// How many other processes have given a sign of life and not left.
    pub others: i64,
    /// Whether any of their runs has a priority.
    pub ranked: bool,
    /// Whether there are jobs that wait to be let in.
    pub arriving: bool,
}

/// A schedule with a tick that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its name.
    pub name: String,
    /// Its times, as the process wrote them that booted last.
    pub times: String,
    /// The tick.
    pub tick: i64,
}

/// What a store has of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its times.
    pub times: String,
    /// Its next tick; `None` while that hangs on the end of a run.
    pub next: Option<i64>,
    /// Since when it is paused, and by whom.
    pub paused: Option<(i64, String)>,
    /// The last tick whose run succeeded.
    pub success: Option<i64>,
    /// When a process that has it booted last.
    pub seen: i64,
    /// How many runs wait.
    pub waiting: i64,
    /// How many run, and since when the oldest of them does.
    pub running: i64,
    /// See above.
    pub since: Option<i64>,
}

/// Ticks to be fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// Of which schedule.
    pub name: String,
    /// Its next tick, as it was read: another one means that somebody else has fired.
    pub was: i64,
    /// Its next tick from now on; `None` where that hangs on the end of this run.
    pub next: Option<i64>,
    /// The runs.
    pub runs: Vec<NewRun>,
    /// Ticks that are recorded and not run, with their state and how many they stand for.
    pub recorded: Vec<(i64, RunState, u32)>,
    /// What becomes of the runs while one is under way.
    pub overlap: Overlap,
}

/// A run that is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRun {
    /// Its tick.
    pub tick: i64,
    /// When it may begin.
    pub due: i64,
    /// How many ticks before it had no run.
    pub missed: u32,
}

/// Whether a schedule ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pause {
    /// It does not, from now on.
    Begins {
        /// When.
        now: i64,
        /// Who says so.
        by: String,
    },
    /// It does.
    Ends {
        /// From this tick on; `None`: as if it had been away.
        next: Option<i64>,
    },
}
