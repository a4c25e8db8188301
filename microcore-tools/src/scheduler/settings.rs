//! What the scheduler reads from the environment.

use std::time::Duration;

use jiff::tz::TimeZone;
use microcore_runtime::settings::FromSetting;

/// The settings of the scheduler.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::scheduler::{Roles, SchedulerSettings, Zone};
///
/// // A process for the reports alone, whose nights are those of Berlin.
/// let environment = Environment::of([("JOBS_RUN", "reports.*"), ("SCHEDULER_ZONE", "Europe/Berlin")]);
/// let settings = SchedulerSettings::load(&environment)?;
/// assert!(settings.run.takes("reports.monthly") && !settings.run.takes("mail.digest"));
/// assert_ne!(settings.run, Roles::All);
/// assert_eq!(settings.zone, Zone { name: "Europe/Berlin".to_owned() });
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, microcore_macros::Settings)]
#[non_exhaustive]
pub struct SchedulerSettings {
    /// Which schedules and jobs this process takes: `all`, `none`, or names with commas between them, of which `reports.*`
    /// stands for many.
    #[setting(key = "JOBS_RUN", default = "all")]
    pub run: Roles,
    /// Runs at once in this process.
    #[setting(key = "JOBS_CONCURRENCY", default = "64", within = "1..=100000")]
    pub concurrency: usize,
    /// How long a process may give no sign of life before others take over what it runs.
    #[setting(key = "JOBS_LEASE", default = "30s", within = "1s..=1h")]
    pub lease: Duration,
    /// How often the store is looked at where nothing is known to be due.
    #[setting(key = "JOBS_POLL", default = "1s", within = "10ms..=1h")]
    pub poll: Duration,
    /// How long runs are remembered; the last 100 of each schedule always are.
    #[setting(key = "JOBS_KEEP", default = "1d", within = "1m..=3650d")]
    pub keep: Duration,
    /// The zone of schedules that name none.
    #[setting(key = "SCHEDULER_ZONE", default = "UTC")]
    pub zone: Zone,
}

/// Which schedules a process takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roles {
    /// Every one.
    All,
    /// Those whose names are listed; `reports.*` is every name that begins with `reports.`.
    Named(Vec<String>),
}

impl Roles {
    /// Whether it takes none at all.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Named(listed) if listed.is_empty())
    }

    /// Whether it takes this one.
    pub fn takes(&self, name: &str) -> bool {
        let Self::Named(listed) = self else { return true };
        listed.iter().any(|one| match one.strip_suffix('*') {
            Some(begin) => name.starts_with(begin),
            None => one == name,
        })
    }
}

impl FromSetting for Roles {
    const EXPECTS: &'static str = "`all`, `none`, or names with commas between them, such as `reports.*, mail.digest`";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim() {
            "all" => Some(Self::All),
            "none" => Some(Self::Named(Vec::new())),
            names => {
                let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
                let is_name = |name: &String| {
                    let stem = name.strip_suffix('*').unwrap_or(name);
                    !name.is_empty() && stem.bytes().all(|one| one.is_ascii_alphanumeric() || b"._".contains(&one))
                };
                names.iter().all(is_name).then_some(Self::Named(names))
            }
        }
    }
}

/// A zone of the IANA database, which is compiled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its name: `Europe/Berlin`.
    pub name: String,
}

impl FromSetting for Zone {
    const EXPECTS: &'static str = "a zone of the IANA database, such as `Europe/Berlin` or `UTC`";

    fn from_setting(text: &str) -> Option<Self> {
        TimeZone::get(text.trim()).ok().map(|_| Self { name: text.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_names_and_beginnings_of_names() {
        let takes = |roles: &str, name: &str| Roles::from_setting(roles).expect("roles").takes(name);
        assert!(takes("all", "users.purge.nightly"));
        assert!(!takes("none", "users.purge.nightly"));
        assert!(takes("mail.digest, users.*", "users.purge.nightly"));
        assert!(!takes("users.purge", "users.purge.nightly"));
        assert_eq!(Roles::from_setting("a,,b"), None);
        assert_eq!(Zone::from_setting("Europe/Berln"), None);
    }
}
