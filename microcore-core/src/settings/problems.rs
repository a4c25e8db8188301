//! Everything that is wrong with the settings, collected; and the reader that collects it.

use std::borrow::Cow;
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
///
/// ```
/// use microcore_core::settings::{Problem, Problems};
///
/// let mut problems = Problems::default();
/// problems.add("MAIL_FROM", "must be an address");
/// problems.add("MAIL_RELAY", "is not set");
/// let keys: Vec<&str> = problems.iter().map(|Problem { name, .. }| name.as_str()).collect();
/// assert_eq!(keys, ["MAIL_FROM", "MAIL_RELAY"]);
/// assert!(problems.into_result().is_err());
/// ```
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
    #[doc(hidden)]
    pub fn take<T>(&mut self, checked: Result<T, Self>) -> Option<T> {
        checked.map_err(|others| others.0.into_iter().for_each(|other| self.add(other.name, other.message))).ok()
    }

    /// The same, with each of these keys called as it is in this environment: a tool knows its own names only.
    #[doc(hidden)]
    #[must_use]
    pub fn called(self, environment: &Environment, keys: &[Key]) -> Self {
        if !environment.is_instance() {
            return self;
        }
        let whole = |word: &str| keys.iter().any(|key| key.name == word);
        let renamed = |text: &str| -> String {
            let ends = |char: char| !char.is_ascii_alphanumeric() && char != '_';
            let words = text.split_inclusive(ends).map(|part| {
                let word = part.trim_end_matches(ends);
                let name = if whole(word) { environment.name_of(word).into_owned() } else { word.to_owned() };
                name + &part[word.len()..]
            });
            words.collect()
        };
        Self(
            self.0
                .into_iter()
                .map(|one| Problem { name: renamed(&one.name), message: renamed(&one.message) })
                .collect(),
        )
    }

    pub(crate) fn of_file(file: &Path, message: &str) -> Self {
        let mut problems = Self::default();
        problems.add(file.display().to_string(), format!("can't be read: {message}"));
        problems
    }

    /// Reads one key, or notes what is wrong with it.
    pub fn read<T: FromSetting>(&mut self, environment: &Environment, key: &Key) -> Option<T> {
        let set = environment.get(key.name).map(Cow::Borrowed);
        let Some(text) = set.or_else(|| environment.default_of(key)) else {
            if let Some(absent) = T::absent() {
                return Some(absent);
            }
            let doc = key.doc.trim_end_matches('.');
            let hint = if doc.is_empty() { format!("must be {}", T::EXPECTS) } else { lower_first(doc) };
            self.add(environment.name_of(key.name), format!("is not set: {hint}"));
            return None;
        };
        let value = T::from_setting(&text);
        let beyond =
            key.within.filter(|(least, most)| value.as_ref().is_some_and(|value| !value.is_within(least, most)));
        if value.is_none() || beyond.is_some() {
            let bounds = beyond.map(|(least, most)| format!(", from {least} to {most}")).unwrap_or_default();
            let shown = if key.secret { String::new() } else { format!(", not `{text}`") };
            self.add(environment.name_of(key.name), format!("must be {}{bounds}{shown}", T::EXPECTS));
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
