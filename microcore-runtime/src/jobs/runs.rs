//! What a store has of runs: who takes them, and how they end.

use super::Rate;

/// Who takes what.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'c> {
    /// The process.
    pub owner: &'c str,
    /// The schedules and jobs that it has.
    pub names: &'c [&'c str],
    /// The jobs that it has of which the fleet does only so much.
    pub limited: &'c [Limited],
    /// The most that it takes.
    pub limit: usize,
    /// When.
    pub now: i64,
    /// Whether there are priorities to go by, see `Look`.
    pub ranked: bool,
}

/// A job of which the whole fleet does only so much.
#[derive(Debug, Clone, Copy)]
pub struct Limited {
    /// Its name.
    pub name: &'static str,
    /// How many may run at once; 0: any number.
    pub at_once: u32,
    /// How many may begin in which time.
    pub rate: Option<Rate>,
}

/// What was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The runs.
    pub taken: Vec<Claimed>,
    /// When a rate lets the next one begin, where one waits for that.
    pub next: Option<i64>,
}

/// What a process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: i64,
    /// What it can be ended with.
    pub token: i64,
    /// Whether somebody wants it dropped.
    pub cancelled: bool,
}

/// A run that this process has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: i64,
    /// What it can be ended with.
    pub token: i64,
    /// The schedule.
    pub name: String,
    /// Its tick, or when it was asked for.
    pub tick: i64,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// How many ticks before it had no run.
    pub missed: u32,
    /// The last tick whose run succeeded.
    pub previous: Option<i64>,
    /// Which attempt this is, counted from 1.
    pub attempt: u32,
    /// How often a process died with it.
    pub deaths: u32,
    /// What has more goes first.
    pub priority: i64,
    /// Whether somebody wants it dropped.
    pub cancelled: bool,
    /// What the job is about; `None` of a run of a schedule.
    pub job: Option<Carried>,
}

/// What a job carries along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Its own id, the same in every attempt, and in no other job.
    pub uid: String,
    /// The id of the request, event or run in which it was enqueued.
    pub cause: Option<String>,
    /// The event as JSON.
    pub payload: String,
}

/// A run that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Which run.
    pub id: i64,
    /// What it can be ended with.
    pub token: i64,
    /// How.
    pub end: End,
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Of which job.
    pub id: i64,
    /// The claim of that job.
    pub token: i64,
    /// Its name.
    pub name: String,
    /// What it gave, as JSON.
    pub result: String,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// For good.
    Past {
        /// How.
        state: RunState,
        /// Why, where it did not succeed.
        error: Option<String>,
        /// When it began.
        began: i64,
        /// The schedule's next tick, where that hung on this end.
        next: Option<i64>,
    },
    /// It is tried again.
    Again {
        /// When.
        due: i64,
        /// Why.
        error: String,
    },
    /// It sleeps, and no attempt is used.
    Asleep {
        /// Until when.
        due: i64,
        /// Why, where the handler asked for it.
        error: Option<String>,
    },
    /// This process can't go on with it: others may, at once, and the attempt is not counted.
    Released,
}

/// What became of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It waits or runs.
    Pending,
    /// Its handler returned `Ok`.
    Succeeded,
    /// Its attempts are used up.
    Failed,
    /// The run before it was under way; of a job: one like it was.
    Skipped,
    /// Nobody was there in time.
    Missed,
    /// Somebody wanted it dropped.
    Cancelled,
}

impl RunState {
    /// As stores have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Skipped => "SKIPPED",
            Self::Missed => "MISSED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// What a store has; an unknown word is that of a newer build.
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Succeeded, Self::Failed, Self::Skipped, Self::Missed, Self::Cancelled];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// A run in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
    /// Its id; 0 of a tick that was not run.
    pub id: i64,
    /// Its tick, or when it was asked for.
    pub tick: i64,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// What became of it.
    pub state: RunState,
    /// When its last attempt began.
    pub began: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// How many attempts there were.
    pub attempts: u32,
    /// How many ticks before it had no run, or how many ticks this record stands for.
    pub missed: u32,
    /// Why it failed, or why its last attempt did.
    pub error: Option<String>,
}
