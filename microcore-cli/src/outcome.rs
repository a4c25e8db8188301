//! What a command did: paths, and the next command. Nothing else is printed.

use std::fmt;

use crate::change::Changed;

/// The result of a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// What was written, or would be.
    pub(crate) changed: Vec<Changed>,
    /// Lines that are neither a path nor a command: what there was to say.
    pub(crate) said: Vec<String>,
    /// Commands that may follow.
    pub(crate) next: Vec<String>,
    /// Nothing was written, because that was asked.
    pub(crate) dry_run: bool,
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for changed in &self.changed {
            let would = if self.dry_run { "would be " } else { "" };
            writeln!(out, "{would}{} {}", changed.verb, changed.path)?;
        }
        for said in &self.said {
            writeln!(out, "{said}")?;
        }
        for (number, next) in self.next.iter().enumerate() {
            writeln!(out, "{} {next}", if number == 0 { "next:" } else { "     " })?;
        }
        Ok(())
    }
}
