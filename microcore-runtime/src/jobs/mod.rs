//! Work that is stored: what a schedule is, what a job is, what a run is told, and what a store of runs must keep.
//!
//! ```text
//! facts (constants, by the macros) ─▶ the tool `scheduler` ─▶ JobStore: ticks, jobs, claims, ends ─▶ Scheduled: a match
//! ```
//!
//! The runtime knows neither the tool nor the database: they meet in these traits, because a tool never uses a tool.

mod administered;
mod board;
mod desk;
mod enqueued;
mod facts;
mod job;
mod runs;
mod scheduled;
mod status;
mod store;
mod tick;
mod ticks;
mod timer;
mod worker;

pub use self::administered::{Administered, Asked, Said};
pub use self::board::{Board, DeadJob, JobTotals, LastRun, ScheduleStatus};
pub use self::desk::{Desk, StepClaim, StepTransactions};
pub use self::enqueued::{Enqueued, JobOptions, NewJob, storable};
pub use self::facts::{Missed, Overlap, ScheduleFacts, When};
pub use self::job::{AgainIn, Job, JobRun};
pub use self::runs::{Carried, Claim, Claimed, Claims, End, Ending, Held, Limited, PastRun, Recorded, RunState};
pub use self::scheduled::{Schedule, Scheduled, attempt, no_schedule, told};
pub use self::status::{Cancelled, JobCount, JobFilter, JobState, JobStatus, StepsDone};
pub use self::store::{JobListener, JobStore, Ringer};
pub use self::tick::Tick;
pub use self::ticks::{Declared, Due, Firing, Look, NewRun, Pause, Standing};
pub use self::timer::{NewTimer, Plannable, Planned, Ringing, Rung, Timer};
pub use self::worker::{JobFacts, Pace, Rate, Unique, Worked, Worker, key_of};
