//! What went wrong, and what to do about it: `error: …` with `help: …` below, as the compiler writes it.

use std::fmt;
use std::io;
use std::path::Path;

/// A sentence for a person, with advice where there is some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    said: String,
    help: Option<String>,
}

/// What everything here returns.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// What is wrong.
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self { said: said.into(), help: None }
    }

    /// The same with what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong, and what to do.
    pub(crate) fn parts(self) -> (String, Option<String>) {
        (self.said, self.help)
    }

    /// One more sentence of help.
    pub(crate) fn and_help(self, more: &str) -> Self {
        let help = self.help.as_ref().map_or_else(|| more.to_owned(), |help| format!("{help} ({more})"));
        self.help(help)
    }

    /// A file or a folder that the system refuses.
    pub(crate) fn file(path: &Path, verb: &str, error: &io::Error) -> Self {
        let said = Self::new(format!("`{}` can't be {verb}: {error}", path.display()));
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                said.help("nothing was changed; run it where you may write")
            }
            io::ErrorKind::NotADirectory => said.help("a part of that path is a file; choose another one"),
            _ => said,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.said)?;
        match &self.help {
            Some(help) => write!(out, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}
