//! What is wrong with a manifest, with file and line.

use std::fmt;

/// What part of a manifest something is wrong with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// The file itself, or what it says of the guest as a whole.
    #[default]
    Manifest,
    /// `[[route]]`.
    Route,
    /// `[[on]]` and `[publishes]`.
    Events,
    /// `[sql]`.
    Sql,
    /// `[config]`.
    Config,
    /// `tools`.
    Tools,
    /// `[limits]`.
    Limits,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is wrong with.
    pub part: Part,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to write.
    pub message: String,
}

/// Everything that is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The file, as whoever read it calls it.
    pub file: String,
    /// What is wrong, in the order of the lines.
    pub all: Vec<Problem>,
}

impl Problems {
    /// Nothing is wrong with this file yet.
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), all: Vec::new() }
    }

    /// One thing is wrong.
    pub fn of(file: &str, line: usize, message: impl Into<String>) -> Self {
        let mut problems = Self::new(file);
        problems.add(Part::Manifest, line, message);
        problems
    }

    /// One more thing is wrong.
    pub fn add(&mut self, part: Part, line: usize, message: impl Into<String>) {
        self.all.push(Problem { part, line, message: message.into() });
    }

    /// `Err` where something is wrong.
    pub fn into_result(mut self) -> Result<(), Self> {
        self.all.sort_by_key(|problem| problem.line);
        if self.all.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// `plugin.toml:3: …`, one line for each.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Problem { line, message, .. }) in self.all.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{line}: {message}", self.file)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
