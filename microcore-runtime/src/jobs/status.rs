//! How a job stands, for whoever watches it and for the command line.

/// How a job stands.
///
/// ```
/// use microcore_runtime::jobs::{JobState, JobStatus};
///
/// /// For a bar on a page.
/// fn percent(job: &JobStatus) -> i64 {
///     match (job.state, job.progress) {
///         (JobState::Succeeded, _) => 100,
///         (_, Some((done, total))) if total > 0 => 100 * done / total,
///         _ => 0,
///     }
/// }
/// assert_eq!(percent(&JobStatus::new(7, "report.wanted", JobState::Succeeded)), 100);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobStatus {
    /// Its id.
    pub id: i64,
    /// Its event's name.
    pub name: String,
    /// What it does.
    pub state: JobState,
    /// When it was enqueued. Times are milliseconds since 1970.
    pub enqueued: i64,
    /// When it may begin, or begin again.
    pub due: i64,
    /// When its last attempt began.
    pub began: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// How many attempts there were.
    pub attempts: u32,
    /// How much is done, of how much.
    pub progress: Option<(i64, i64)>,
    /// What has more goes first.
    pub priority: i64,
    /// The process that has it.
    pub owner: Option<String>,
    /// Why it failed, or why its last attempt did.
    pub error: Option<String>,
    /// The event as JSON, as long as it is kept.
    pub payload: Option<String>,
}

impl JobStatus {
    /// One of which no more is known yet.
    pub fn new(id: i64, name: impl Into<String>, state: JobState) -> Self {
        Self {
            id,
            name: name.into(),
            state,
            enqueued: 0,
            due: 0,
            began: None,
            ended: None,
            attempts: 0,
            progress: None,
            priority: 0,
            owner: None,
            error: None,
            payload: None,
        }
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its time, a process, or its next attempt.
    Waiting,
    /// A process has it.
    Running,
    /// It failed for good, and is kept.
    Dead,
    /// Its handler returned `Ok`.
    Succeeded,
    /// Somebody wanted it dropped.
    Cancelled,
    /// One like it was there.
    Skipped,
}

impl JobState {
    /// Whether nothing more will come of it by itself.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Dead => "dead",
            Self::Succeeded => "succeeded",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }
}

/// Which jobs are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// The one of this id.
    pub id: Option<i64>,
    /// Those of this name.
    pub name: Option<String>,
    /// Those that are dead, and not those that wait or run.
    pub dead: bool,
    /// The most; 0 where there is no limit.
    pub limit: usize,
}

/// How many jobs of one name there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobCount {
    /// Their name.
    pub name: String,
    /// Those that wait.
    pub waiting: i64,
    /// Those that run.
    pub running: i64,
    /// Those that are dead.
    pub dead: i64,
    /// Since when the oldest of those that wait could have begun, in milliseconds since 1970.
    pub oldest: Option<i64>,
}

/// Jobs under way that have done a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepsDone {
    /// Their name.
    pub name: String,
    /// The step; of one in a loop, with its number.
    pub step: String,
    /// How many they are.
    pub jobs: i64,
    /// One of them.
    pub one: i64,
}

/// What came of the wish to cancel a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancelled {
    /// It is gone.
    Gone,
    /// Whoever runs it will drop it.
    Asked,
}
