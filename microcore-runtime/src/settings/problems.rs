//! Everything that is wrong with the settings, collected; and the reader that collects it.

use std::fmt;
use std::path::Path;

use super::{Environment, FromSetting, Key};

/// One key that is missing or malformed, or one file that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The key, the file, or a migration.
    pub name: String,
    /// What is wrong and what it must be; never the value of a secret.
    pub message: String,
}

/// All problems of all settings, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An error, where there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Adds one; the same key read by two structs is reported once.
    pub fn add(&mut self, name: impl Into<String>, message: impl Into<String>) {
        let problem = Problem { name: name.into(), message: message.into() };
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    /// The value, or nothing and what is wrong with it as well.
    pub(crate) fn take<T>(&mut self, checked: Result<T, Self>) -> Option<T> {
        checked.map_err(|others| others.0.into_iter().for_each(|other| self.add(other.name, other.message))).ok()
    }

    pub(crate) fn of_file(file: &Path, message: &str) -> Self {
        let mut problems = Self::default();
        problems.add(file.display().to_string(), format!("can't be read: {message}"));
        problems
    }

    /// Reads one key, or notes what is wrong with it.
    pub fn read<T: FromSetting>(&mut self, environment: &Environment, key: &Key) -> Option<T> {
        let Some(text) = environment.get(key.name).or(key.default) else {
            if let Some(absent) = T::absent() {
                return Some(absent);
            }
            let doc = key.doc.trim_end_matches('.');
            let hint = if doc.is_empty() { format!("must be {}", T::EXPECTS) } else { lower_first(doc) };
            self.add(key.name, format!("is not set: {hint}"));
            return None;
        };
        let value = T::from_setting(text);
        let beyond =
            key.within.filter(|(least, most)| value.as_ref().is_some_and(|value| !value.is_within(least, most)));
        if value.is_none() || beyond.is_some() {
            let bounds = beyond.map(|(least, most)| format!(", from {least} to {most}")).unwrap_or_default();
            let shown = if key.secret { String::new() } else { format!(", not `{text}`") };
            self.add(key.name, format!("must be {}{bounds}{shown}", T::EXPECTS));
            return None;
        }
        value
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{} {}", problem.name, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
