//! What a command reads and writes besides the application; tests bring their own.

use std::fmt::{self, Display};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use super::Exit;
use crate::error::Error;
use crate::settings::{Environment, Problems};

/// What a command reads and writes besides the application.
pub struct Surroundings<'a> {
    /// Where `AI_CONTEXT.md` is.
    pub folder: PathBuf,
    /// Gives the settings, to the commands that ask.
    pub environment: fn() -> Result<Environment, Problems>,
    /// For results.
    pub out: &'a mut dyn Write,
    /// For problems.
    pub err: &'a mut dyn Write,
}

impl Surroundings<'_> {
    /// Writes a result. A reader that has seen enough, as in `routes | head -1`, is no failure.
    pub(super) fn result(&mut self, text: &str) -> Exit {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => Exit::Done,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Done,
            Err(error) => {
                self.error(format_args!("the result can't be written: {error}"));
                Exit::Failed
            }
        }
    }

    /// Writes a result, or why there is none.
    pub(super) fn shown(&mut self, result: Result<String, Error>) -> Exit {
        match result {
            Ok(text) => self.result(&text),
            Err(error) => {
                self.error(error.to_string());
                Exit::Failed
            }
        }
    }

    /// Writes what is going on; no result, and no problem.
    pub(super) fn progress(&mut self, text: impl Display) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Writes `error: …`.
    pub(super) fn error(&mut self, problem: impl Display) {
        self.problem("error", &problem);
    }

    /// Writes `warning: …`.
    pub(super) fn warning(&mut self, problem: impl Display) {
        self.problem("warning", &problem);
    }

    /// Writes an `error: …` for each of the settings that is wrong.
    pub(super) fn settings(&mut self, problems: &Problems) {
        for problem in problems.iter() {
            self.error(format_args!("{} {}", problem.name, problem.message));
        }
    }

    fn problem(&mut self, level: &str, problem: &dyn Display) {
        // Nobody is left to be told that stderr is closed.
        let _ = writeln!(self.err, "{level}: {problem}");
    }
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("folder", &self.folder).finish_non_exhaustive()
    }
}
