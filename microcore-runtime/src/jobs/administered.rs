//! What the command `jobs` asks of a scheduler, without the application.

use std::future::Future;

use super::Board;
use crate::error::{Error, Result};
use crate::lifecycle::Boot;

/// A scheduler whose store can be looked at, and whose times can be computed. `D` is the tool `db`.
pub trait Administered<D> {
    /// Opens the store where that is needed, does what is asked, and closes it.
    fn administer(boot: Boot, asked: Asked) -> impl Future<Output = Result<Said>> + Send;

    /// How schedules and jobs stand.
    fn board(_boot: Boot) -> impl Future<Output = Result<Board>> + Send {
        async { Ok(Board::default()) }
    }

    /// What jobs under way have done, or wait for, that this build does not know; an error where the store can't be asked.
    fn in_flight(_boot: Boot) -> impl Future<Output = Result<Vec<String>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// What is odd about the schedules, from today on: nights in which a time comes twice or not at all.
    fn oddities(_boot: &Boot) -> Vec<String> {
        Vec::new()
    }
}

/// Nothing runs at times.
impl<D> Administered<D> for () {
    async fn administer(_: Boot, _: Asked) -> Result<Said> {
        Err(Error::internal("the application has no schedules; `#[cron(\"0 3 * * *\")]` on a handler makes one"))
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Every schedule, and when it runs.
    List,
    /// How much waits, runs and is dead, per schedule and job; and who works.
    Status,
    /// The jobs that wait or run, or those that are dead, the last first.
    Jobs {
        /// Those that are dead.
        dead: bool,
        /// Of which name; all where it is empty.
        name: String,
        /// How many.
        count: usize,
    },
    /// One job.
    Job {
        /// Its id.
        id: i64,
    },
    /// Drop a job.
    Cancel {
        /// Its id.
        id: i64,
    },
    /// Give a dead job all its attempts again, or let one that waits begin.
    Retry {
        /// Its id.
        id: i64,
    },
    /// Forget a dead job.
    Discard {
        /// Its id.
        id: i64,
    },
    /// The next times of a schedule.
    Next {
        /// Its name.
        name: String,
        /// How many.
        count: usize,
    },
    /// One run, now.
    Run {
        /// Of which schedule.
        name: String,
        /// Wait for its end, and fail where it fails.
        wait: bool,
    },
    /// The last runs of a schedule.
    History {
        /// Its name.
        name: String,
        /// How many.
        count: usize,
    },
    /// No more ticks.
    Pause {
        /// Of which schedule.
        name: String,
        /// Who wants it; whoever is at the terminal, where it is not said.
        by: Option<String>,
    },
    /// Ticks again.
    Resume {
        /// Of which schedule.
        name: String,
        /// As after a downtime, and not from the next tick on.
        catch_up: bool,
    },
}

/// What is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// The run that was waited for has failed.
    pub failed: bool,
}

impl Said {
    /// A text of success.
    pub fn fine(text: impl Into<String>) -> Self {
        Self { text: text.into(), failed: false }
    }
}
