//! How a command ended.

use std::process::ExitCode;

/// How a command ended; the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: it did not work, or a check found something.
    Failed,
    /// 2: the arguments or the settings are wrong.
    Refused,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Failed => Self::FAILURE,
            Exit::Refused => Self::from(2),
        }
    }
}
