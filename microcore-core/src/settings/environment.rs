//! Where settings come from: the process environment, then a `.env` file, which never overrides it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::instance::Instance;
use super::{Key, Problems};

/// A snapshot of the environment, taken once at the start. Cheap to clone.
#[derive(Clone, Default)]
pub struct Environment {
    values: Arc<BTreeMap<String, String>>,
    /// Whose settings these are, where that is one of several instances of a tool.
    instance: Option<Instance>,
}

impl Environment {
    /// The process environment over the `.env` file of the working directory, where there is one.
    ///
    /// A `.env` that can't be parsed is an error that names the line: half-read settings are worse than none.
    pub fn load() -> Result<Self, Problems> {
        Self::load_from(Path::new(".env"))
    }

    /// The process environment over the given file.
    pub fn load_from(file: &Path) -> Result<Self, Problems> {
        let mut values = BTreeMap::new();
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (key, value) = line.map_err(|error| Problems::of_file(file, &dotenv_problem(&error)))?;
                    values.insert(key, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(error) => return Err(Problems::of_file(file, &dotenv_problem(&error))),
        }
        // A value that is not UTF-8 can't be a setting; it stays invisible instead of ending the process.
        values.extend(
            std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))),
        );
        Ok(Self { values: Arc::new(values), instance: None })
    }

    /// Exactly these values: for tests.
    pub fn of<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let values = values.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Self { values: Arc::new(values), instance: None }
    }

    /// This environment with one more value, which wins.
    #[must_use]
    pub fn with(&self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let mut values = (*self.values).clone();
        values.insert(self.name_of(&key.into()).into_owned(), value.into());
        Self { values: Arc::new(values), instance: self.instance.clone() }
    }

    /// This environment as the instance `name` of a tool sees it: `MAIL_URL` of the tool `mail` is `ALERTS_URL` of its
    /// instance `alerts`.
    #[doc(hidden)]
    #[must_use]
    pub fn of_instance(&self, tool: &str, name: &str) -> Self {
        Self { values: Arc::clone(&self.values), instance: Some(Instance::new(tool, name)) }
    }

    /// Whether it is that of one of several instances.
    #[doc(hidden)]
    pub fn is_instance(&self) -> bool {
        self.instance.is_some()
    }

    /// What a key is called here.
    #[doc(hidden)]
    pub fn name_of<'k>(&self, key: &'k str) -> Cow<'k, str> {
        self.instance.as_ref().map_or(Cow::Borrowed(key), |instance| Cow::Owned(instance.name_of(key)))
    }

    /// What an unset key stands for here.
    pub(crate) fn default_of(&self, key: &Key) -> Option<Cow<'static, str>> {
        match &self.instance {
            Some(instance) if key.is_path() => key.default.map(|path| Cow::Owned(instance.path(path))),
            _ => key.default.map(Cow::Borrowed),
        }
    }

    /// The value of a key; an empty one counts as unset.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(&*self.name_of(key)).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// What is wrong, without the line's text: the line may hold a secret.
fn dotenv_problem(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(line, column) => {
            let key = line.split('=').next().unwrap_or_default().trim();
            format!("the line of `{key}` is malformed at column {}", column + 1)
        }
        other => other.to_string(),
    }
}

/// Values may be secret: only the keys are shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_wins_over_the_file_and_empty_is_unset() {
        let folder = std::env::temp_dir().join(format!("microcore-env-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(".env");
        std::fs::write(&file, "PATH=from-file\nONLY_IN_FILE='a b'\nEMPTY=\n").unwrap();
        let environment = Environment::load_from(&file).unwrap();
        assert_ne!(environment.get("PATH"), Some("from-file"));
        assert_eq!(environment.get("ONLY_IN_FILE"), Some("a b"));
        assert_eq!(environment.get("EMPTY"), None);
        std::fs::write(&file, "SECRET_KEY='abc\n").unwrap();
        let problem = Environment::load_from(&file).unwrap_err().to_string();
        assert!(problem.contains("SECRET_KEY") && !problem.contains("abc"), "{problem}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
