//! How schedules and jobs stand, for the page Schedule: what the command `jobs` tells in words.

use schemars::JsonSchema;
use serde::Serialize;

/// How schedules and jobs stand. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemBoard")]
pub struct Board {
    /// Now, by the clock of the store.
    pub now: i64,
    /// Every schedule.
    pub schedules: Vec<ScheduleStatus>,
    /// How many jobs there are, by name.
    pub jobs: Vec<JobTotals>,
    /// The jobs that are dead, the last first, a hundred at the most.
    pub dead: Vec<DeadJob>,
}

/// How a schedule stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemScheduleStatus")]
pub struct ScheduleStatus {
    /// Its name.
    pub name: String,
    /// Its next tick; none while it is paused, or hangs on the end of a run.
    pub next: Option<i64>,
    /// The same by the schedule's own clock: `2027-03-28 03:00:00 CEST`.
    pub next_there: Option<String>,
    /// The last tick whose run succeeded.
    pub success: Option<i64>,
    /// Since when it is paused, and by whom.
    pub paused: Option<(i64, String)>,
    /// Runs that wait.
    pub waiting: i64,
    /// Runs under way.
    pub running: i64,
    /// Whether a tick is long due and no process fires it.
    pub unserved: bool,
    /// All of it in words.
    pub state: String,
    /// The last run that began.
    pub last: Option<LastRun>,
}

/// A run of a schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemScheduleRun")]
pub struct LastRun {
    /// Its tick, or when it was asked for.
    pub tick: i64,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// When its last attempt began.
    pub began: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// How many attempts there were.
    pub attempts: u32,
    /// What became of it: `succeeded`, or `failed: no route to host`.
    pub outcome: String,
    /// Whether it failed.
    pub failed: bool,
}

/// How many jobs of one name there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemJobs")]
pub struct JobTotals {
    /// Their name.
    pub name: String,
    /// Those that wait.
    pub waiting: i64,
    /// Those that run.
    pub running: i64,
    /// Those that are dead.
    pub dead: i64,
    /// Since when the oldest of those that wait could have begun.
    pub oldest: Option<i64>,
}

/// A job that failed for good. What it carries stays in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemDeadJob")]
pub struct DeadJob {
    /// Its id.
    pub id: i64,
    /// Its event's name.
    pub name: String,
    /// When it died.
    pub ended: Option<i64>,
    /// How many attempts there were.
    pub attempts: u32,
    /// Why.
    pub error: Option<String>,
}
