//! The tool `config`: each plugin's own section of the settings, typed.
//!
//! A section is a struct with `#[derive(Settings)]`; a plugin names it in its constructor, `config: Config<MailSettings>`,
//! and reads its fields. All sections of all plugins are checked before anything starts.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use microcore_runtime::error::Result;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::plugin::{Down, Slot};
use microcore_runtime::settings::{Environment, FromSetting, Key, Problems, Settings};
#[cfg(feature = "testing")]
use microcore_runtime::testing::Fixture;

/// A section of the settings; `Config` alone reads single keys.
#[derive(Clone)]
pub struct Config<Section = ()> {
    environment: Environment,
    section: Arc<Section>,
}

/// Settings, typed: `Config<MySection>` for a struct with `derive(Settings)`, or single keys by name.
#[microcore_macros::tool]
impl Config<()> {
    async fn setup(boot: &Boot) -> Result<Self> {
        Ok(Self { environment: boot.environment.clone(), section: Arc::new(()) })
    }

    /// The value of a key, or `None` where it is unset; malformed is an error that names the key.
    pub fn get<T: FromSetting>(&self, key: &'static str) -> Result<Option<T>> {
        self.require::<Option<T>>(key)
    }

    /// The value of a key; unset or malformed is an error that names it.
    pub fn require<T: FromSetting>(&self, key: &'static str) -> Result<T> {
        let mut problems = Problems::default();
        let row = Key {
            name: key,
            doc: "",
            expects: T::EXPECTS,
            default: None,
            required: T::REQUIRED,
            secret: T::SECRET,
            within: T::WITHIN,
        };
        problems.read(&self.environment, &row).ok_or_else(|| problems.into())
    }
}

impl<Section> Config<Section> {
    /// A section with these values, for a test of a plugin that takes it.
    ///
    /// `MailWelcome::new(Config::new(MailSettings { from: "a@example.com".to_owned() }), logger)`
    pub fn new(section: Section) -> Self {
        Self { environment: Environment::default(), section: Arc::new(section) }
    }
}

impl<Section> Deref for Config<Section> {
    type Target = Section;

    fn deref(&self) -> &Section {
        &self.section
    }
}

/// Keys only: a section may hold secrets.
impl<Section> fmt::Debug for Config<Section> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("environment", &self.environment).finish_non_exhaustive()
    }
}

/// What generated code asks of the type of a constructor parameter named `config`.
pub trait Section: Sized {
    /// What it reads.
    const KEYS: &'static [Key];

    /// Reads it to see what is wrong.
    fn check(environment: &Environment, problems: &mut Problems);

    /// Reads it.
    fn read(environment: &Environment) -> Result<Self, Problems>;
}

impl<S: Settings + Sync> Section for Config<S> {
    const KEYS: &'static [Key] = S::KEYS;

    fn check(environment: &Environment, problems: &mut Problems) {
        // Only the problems count here.
        let _ = S::read(environment, problems);
    }

    fn read(environment: &Environment) -> Result<Self, Problems> {
        let section = S::load(environment)?;
        Ok(Self { environment: environment.clone(), section: Arc::new(section) })
    }
}

/// The section that one plugin asks for.
pub fn section<C: Section>(config: &Slot<Config<()>>) -> Result<C, Down> {
    let config = config.running().map_err(Clone::clone)?;
    C::read(&config.environment)
        .map_err(|problems| Down { what: "its settings".to_owned(), reason: problems.to_string() })
}

/// The section that one test asks for.
///
/// # Panics
///
/// Where the environment of the test lacks a key, or holds a malformed one.
#[cfg(feature = "testing")]
pub fn section_of<C: Section>(_place: Fixture<Config<()>>, boot: &Boot) -> C {
    C::read(&boot.environment).unwrap_or_else(|problems| panic!("{problems}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_key_that_is_missing_or_malformed() {
        let environment = Environment::of([("RATE_LIMIT", "many")]);
        let config = Config { environment, section: Arc::new(()) };
        assert_eq!(config.get::<u32>("ABSENT").unwrap(), None);
        assert!(config.require::<u32>("ABSENT").unwrap_err().to_string().contains("ABSENT is not set"));
        assert!(config.get::<u32>("RATE_LIMIT").unwrap_err().to_string().contains("RATE_LIMIT must be a whole number"));
    }

    #[test]
    fn a_section_of_ones_own_is_read_like_any_other() {
        let config = Config::new(("Ana".to_owned(), 3));
        assert_eq!((config.0.as_str(), config.1), ("Ana", 3));
        assert!(config.environment.get("HOME").is_none(), "a test sees what it says");
    }
}
