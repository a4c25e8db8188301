//! Typed settings from the environment and `.env`: every missing or malformed key is reported at once.
//!
//! In: [`Environment`]. Out: a struct with `#[derive(Settings)]`, or [`Problems`] that name each key.

mod duration;
mod environment;
mod instance;
mod key;
mod problems;
mod secret;
mod size;
mod value;

pub use self::environment::Environment;
#[doc(hidden)]
pub use self::instance::{InstanceName, instance_keys, instance_names};
pub use self::key::Key;
pub use self::problems::{Problem, Problems};
pub use self::secret::Secret;
pub use self::size::ByteSize;
pub use self::value::FromSetting;

/// A struct that is read from the environment; `#[derive(Settings)]` writes the implementation.
///
/// A field `from` in a struct with `#[settings(prefix = "MAIL")]` is the key `MAIL_FROM`.
/// `#[setting(default = "…")]` gives the text that an unset key stands for; `Option<T>` may be unset;
/// anything else is required. An empty value counts as unset.
///
/// ```
/// # extern crate microcore_core as microcore;
/// use microcore_macros::Settings;
/// use microcore_core::settings::{Environment, Secret, Settings as _};
///
/// #[derive(Debug, Settings)]
/// #[settings(prefix = "MAIL")]
/// struct MailSettings {
///     /// Sender of every mail.
///     #[setting(default = "noreply@example.com")]
///     from: String,
///     /// Password of the relay.
///     password: Secret<String>,
/// }
///
/// let problems = MailSettings::load(&Environment::of([("MAIL_FROM", "me@example.com")])).unwrap_err();
/// assert_eq!(problems.to_string(), "MAIL_PASSWORD is not set: password of the relay");
/// ```
pub trait Settings: Sized + Send + 'static {
    /// What it reads, for the manifest and the settings table.
    const KEYS: &'static [Key];

    /// Reads every key; each one that is missing or malformed goes to `problems`.
    fn read(environment: &Environment, problems: &mut Problems) -> Option<Self>;

    /// Reads every key, or says what is wrong with all of them.
    fn load(environment: &Environment) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        match Self::read(environment, &mut problems) {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(problems),
        }
    }
}

impl Settings for () {
    const KEYS: &'static [Key] = &[];

    fn read(_: &Environment, _: &mut Problems) -> Option<Self> {
        Some(())
    }
}
