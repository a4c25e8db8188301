//! Settings of one of several instances of a tool: the tool reads `MAIL_URL`, and its instance `alerts` has `ALERTS_URL`
//! there.
//!
//! In: the name of the tool, that of the instance, and the keys. Out: the names of the keys, and the paths that they stand
//! for where they are unset: while the application runs and, for the manifest, while it is compiled.

use super::Key;

/// How the keys of one instance are called.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    tool: String,
    name: String,
}

impl Instance {
    pub(super) fn new(tool: &str, name: &str) -> Self {
        Self { tool: format!("{}_", tool.to_uppercase()), name: format!("{}_", name.to_uppercase()) }
    }

    /// Keys without the tool's name in front get the instance's all the same: `PG_URL` is `REPORTS_PG_URL`.
    pub(super) fn name_of(&self, key: &str) -> String {
        format!("{}{}", self.name, key.strip_prefix(&self.tool).unwrap_or(key))
    }

    /// Two instances never share a file by mistake: `app.db` is `reports_app.db`.
    pub(super) fn path(&self, default: &str) -> String {
        if is_relative(default) { self.name.to_lowercase() + default } else { default.to_owned() }
    }
}

/// The longest name of a key, and the longest path.
const LONGEST: usize = 128;

/// A text that is made while the application is compiled.
#[derive(Debug, Clone, Copy)]
struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

/// The name of one key of an instance, and its default where that is a path.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct InstanceName {
    name: Text,
    path: Text,
}

impl Text {
    const EMPTY: Self = Self { bytes: [0; LONGEST], length: 0 };

    const fn push(mut self, text: &str, from: usize, upper: bool) -> Self {
        let text = text.as_bytes();
        let mut at = from;
        while at < text.len() {
            assert!(self.length < LONGEST, "the name of a setting is longer than 128 letters");
            self.bytes[self.length] = if upper { text[at].to_ascii_uppercase() } else { text[at] };
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn as_str(&'static self) -> &'static str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("the name of a setting is no text"),
        }
    }
}

impl InstanceName {
    const EMPTY: Self = Self { name: Text::EMPTY, path: Text::EMPTY };

    const fn of(key: &Key, tool: &str, name: &str) -> Self {
        let begins = if begins_with(key.name, tool) { tool.len() + 1 } else { 0 };
        let path = match key.default {
            Some(default) if key.is_path() && is_relative(default) => {
                Text::EMPTY.push(name, 0, false).push("_", 0, false).push(default, 0, false)
            }
            _ => Text::EMPTY,
        };
        Self { name: Text::EMPTY.push(name, 0, true).push("_", 0, false).push(key.name, begins, false), path }
    }
}

const fn is_relative(path: &str) -> bool {
    !path.is_empty() && path.as_bytes()[0] != b'/' && path.as_bytes()[0] != b'.'
}

/// Whether `MAIL_URL` begins with `mail` and `_`.
const fn begins_with(key: &str, tool: &str) -> bool {
    let (key, tool) = (key.as_bytes(), tool.as_bytes());
    let mut at = 0;
    while at < tool.len() {
        if at >= key.len() || key[at] != tool[at].to_ascii_uppercase() {
            return false;
        }
        at += 1;
    }
    at < key.len() && key[at] == b'_'
}

/// The names of the keys of an instance.
#[doc(hidden)]
pub const fn instance_names<const N: usize>(keys: &[Key], tool: &str, name: &str) -> [InstanceName; N] {
    let mut names = [InstanceName::EMPTY; N];
    let mut at = 0;
    while at < N {
        names[at] = InstanceName::of(&keys[at], tool, name);
        at += 1;
    }
    names
}

/// The keys of an instance.
#[doc(hidden)]
pub const fn instance_keys<const N: usize>(keys: &[Key], names: &'static [InstanceName; N]) -> [Key; N] {
    let mut own = [Key::of::<String>("", "", None); N];
    let mut at = 0;
    while at < N {
        own[at] = Key { name: names[at].name.as_str(), ..keys[at] };
        if names[at].path.length > 0 {
            own[at].default = Some(names[at].path.as_str());
        }
        at += 1;
    }
    own
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::settings::{Environment, Problems};

    const KEYS: &[Key] = &[
        Key::of::<String>("MAIL_FROM", "The sender.", Some("a@example.com")),
        Key::of::<PathBuf>("MAIL_FOLDER", "Where mails go.", Some("mails")),
        Key::of::<Option<String>>("SMTP_URL", "The server.", None),
    ];
    const NAMES: &[InstanceName; 3] = &instance_names(KEYS, "mail", "night_alerts");
    const OWN: [Key; 3] = instance_keys(KEYS, NAMES);

    #[test]
    fn what_the_manifest_says_is_what_is_read() {
        assert_eq!(OWN.map(|key| key.name), ["NIGHT_ALERTS_FROM", "NIGHT_ALERTS_FOLDER", "NIGHT_ALERTS_SMTP_URL"]);
        assert_eq!(OWN.map(|key| key.default), [Some("a@example.com"), Some("night_alerts_mails"), None]);
        let plain = Environment::of([("MAIL_FROM", "b@example.com"), ("NIGHT_ALERTS_SMTP_URL", "smtp://here")]);
        let environment = plain.of_instance("mail", "night_alerts");
        for (key, own) in KEYS.iter().zip(&OWN) {
            assert_eq!(environment.name_of(key.name), own.name);
        }
        let mut problems = Problems::default();
        let from: Option<String> = problems.read(&environment, &KEYS[0]);
        let folder: Option<PathBuf> = problems.read(&environment, &KEYS[1]);
        let url: Option<Option<String>> = problems.read(&environment, &KEYS[2]);
        assert_eq!(
            (from.as_deref(), folder, url.flatten().as_deref()),
            (Some("a@example.com"), Some("night_alerts_mails".into()), Some("smtp://here"))
        );
        let number: Option<u16> = problems.read(&environment, &Key::of::<u16>("MAIL_PORT", "The port.", None));
        assert_eq!((number, problems.to_string().as_str()), (None, "NIGHT_ALERTS_PORT is not set: the port"));
        let set = environment.with("MAIL_FOLDER", "night");
        assert_eq!(set.get("MAIL_FOLDER"), Some("night"));
    }

    #[test]
    fn what_a_tool_itself_complains_of_is_called_by_its_name_here() {
        let environment = Environment::default().of_instance("mail", "alerts");
        let mut problems = Problems::default();
        problems.add("SMTP_URL", "has no host; MAIL_FROM has one");
        problems.add("app.toml", "can't be read");
        let told = problems.called(&environment, KEYS).to_string();
        assert_eq!(told, "ALERTS_SMTP_URL has no host; ALERTS_FROM has one\napp.toml can't be read");
    }
}
