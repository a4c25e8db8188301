//! Changes of files: planned first, made all or not at all, taken back where something later fails.
//!
//! In: paths below a root with the texts that they get. Out: the files. Nothing that is there is overwritten: a new file
//! must be new, and one that is replaced or deleted must still be what it was when the change was planned. Who reads a
//! file sees the old one or the new one, also where the program is ended in between.

mod write;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::Outcome;
use crate::problem::{Problem, Result};

/// One file, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    /// Below the root, with `/`.
    path: String,
    /// The text as it was; `None`: there is no file.
    before: Option<String>,
    /// The text as it shall be; `None`: no file.
    after: Option<String>,
}

/// A path with what happened there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    /// `created`, `changed` or `deleted`.
    pub(crate) verb: &'static str,
    /// Below the root.
    pub(crate) path: String,
}

/// Planned changes below one folder.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    root: PathBuf,
    steps: Vec<Step>,
}

impl Changes {
    /// None so far.
    pub(crate) fn below(root: &Path) -> Self {
        Self { root: root.to_owned(), steps: Vec::new() }
    }

    /// A file that must not exist.
    pub(crate) fn create(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.steps.push(Step { path: path.into(), before: None, after: Some(text.into()) });
    }

    /// Another text for a file; none where it is the same.
    pub(crate) fn replace(&mut self, path: impl Into<String>, before: impl Into<String>, after: impl Into<String>) {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.steps.push(Step { path: path.into(), before: Some(before), after: Some(after) });
        }
    }

    /// A file that goes.
    pub(crate) fn delete(&mut self, path: impl Into<String>, before: impl Into<String>) {
        self.steps.push(Step { path: path.into(), before: Some(before.into()), after: None });
    }

    /// What is planned; the program's own notes are no news.
    pub(crate) fn listed(&self) -> Vec<Changed> {
        let told = self.steps.iter().filter(|step| step.path != crate::baseline::FILE);
        told.map(|step| Changed { verb: step.verb(), path: step.path.clone() }).collect()
    }

    /// Makes the changes, or only tells what they would be.
    pub(crate) fn carry_out(&self, dry_run: bool) -> Result<Outcome> {
        self.check()?;
        if !dry_run {
            self.apply()?;
        }
        Ok(Outcome { changed: self.listed(), dry_run, ..Outcome::default() })
    }

    /// Whether everything is as it was when the changes were planned.
    fn check(&self) -> Result<()> {
        for step in &self.steps {
            let path = self.root.join(&step.path);
            match &step.before {
                // Also where it is a link that leads nowhere.
                None if path.symlink_metadata().is_ok() => {
                    return Err(Problem::new(format!("`{}` exists already", step.path))
                        .help("nothing was changed; choose another name, or delete the file first"));
                }
                None => {}
                Some(before) => {
                    let now = fs::read_to_string(&path).map_err(|error| Problem::file(&path, "read", &error))?;
                    if now != *before {
                        return Err(Problem::new(format!("`{}` was changed in between", step.path))
                            .help("nothing was changed; run the command again"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes them all; what was made before one fails is taken back.
    pub(crate) fn apply(&self) -> Result<()> {
        self.check()?;
        let mut folders = BTreeSet::new();
        for (number, step) in self.steps.iter().enumerate() {
            if let Err(problem) = self.make(step, &mut folders) {
                for done in self.steps[..number].iter().rev() {
                    // What failed first is told.
                    let _ = self.make(&done.reversed(), &mut BTreeSet::new());
                }
                write::remove_empty(&folders);
                return Err(problem);
            }
        }
        Ok(())
    }

    fn make(&self, step: &Step, folders: &mut BTreeSet<PathBuf>) -> Result<()> {
        let path = self.root.join(&step.path);
        match (&step.before, &step.after) {
            (None, Some(text)) => write::create(&path, text, folders),
            (Some(_), Some(text)) => write::replace(&path, text),
            (_, None) => write::delete(&path, &self.root),
        }
    }
}

impl Step {
    fn verb(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "created",
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "deleted",
        }
    }

    fn reversed(&self) -> Self {
        Self { path: self.path.clone(), before: self.after.clone(), after: self.before.clone() }
    }
}

#[cfg(test)]
mod tests;
