//! `/system/api/settings`: every setting that is read, its value, and where that came from. Secrets are not shown, nor
//! what is called like one, nor the password in an address.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answering, Asking, Page, told};
use crate::manifest::settings_of;
use crate::settings::Key;

pub(super) const PAGE: Page = Page::shows("/system/api/settings", answer);

/// One setting.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemSetting")]
pub(in crate::system) struct SettingView {
    name: &'static str,
    doc: &'static str,
    /// What a value must be.
    expects: &'static str,
    /// `***` where it is secret.
    value: Option<String>,
    default: Option<&'static str>,
    /// Whether the environment sets it.
    set: bool,
    secret: bool,
    required: bool,
    /// The tool that reads it once a plugin names that; nothing where it is read now.
    waits_for: Option<&'static str>,
}

const MASK: &str = "***";

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let environment = asking.shown.inside.environment();
        let settings = settings_of(asking.shown.inside.manifest());
        let views = settings.into_iter().map(|(key, waits_for)| view(&key, waits_for, environment.get(key.name)));
        told(&views.collect::<Vec<_>>())
    })
}

fn view(key: &Key, waits_for: Option<&'static str>, set: Option<&str>) -> SettingView {
    let secret = key.secret || sounds_secret(key.name);
    let default = key.default.filter(|_| !secret);
    SettingView {
        name: key.name,
        doc: key.doc,
        expects: key.expects,
        value: match set {
            Some(_) if secret => Some(MASK.to_owned()),
            Some(value) => Some(without_password(value)),
            None => default.map(str::to_owned),
        },
        default,
        set: set.is_some(),
        secret,
        required: key.required,
        waits_for,
    }
}

/// What nobody marked as secret and is called so: a setting of an application's own.
fn sounds_secret(name: &str) -> bool {
    let mut words = name.split('_').map(str::to_ascii_lowercase);
    words.any(|word| {
        let known = [
            "secret",
            "secrets",
            "password",
            "passwd",
            "pass",
            "pwd",
            "token",
            "tokens",
            "key",
            "keys",
            "apikey",
            "credential",
            "credentials",
            "private",
            "pepper",
            "salt",
            "dsn",
        ];
        known.contains(&word.as_str())
    })
}

/// `postgres://ana:pass@host` is `postgres://ana:***@host`. A password may hold an `@` that nobody encoded.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    // Rather too much than a part of it.
    match rest.rfind('@').and_then(|at| Some((rest[..at].split_once(':')?.0, &rest[at..]))) {
        Some((user, host)) => format!("{scheme}://{user}:{MASK}{host}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Secret;

    #[test]
    fn no_secret_is_shown_whoever_forgot_to_mark_it() {
        let marked = Key::of::<Secret<String>>("DATABASE_URL", "", None);
        let plain = |name| Key::of::<String>(name, "", Some("default"));
        for (key, set, value, default) in [
            (marked, Some("x"), Some(MASK), None),
            (marked, None, None, None),
            (plain("STRIPE_API_KEY"), Some("sk_live"), Some(MASK), None),
            (plain("Smtp_Password"), Some("hunter2"), Some(MASK), None),
            (plain("SMTP_PASSWORD"), None, None, None),
            (plain("MAIL_FROM"), Some("a@example.com"), Some("a@example.com"), Some("default")),
            (plain("KEYBOARD"), None, Some("default"), Some("default")),
            (plain("URL"), Some("redis://u:p@ss/w@host:1/0"), Some("redis://u:***@host:1/0"), Some("default")),
            (plain("URL"), Some("http://host:80/a@b"), Some("http://host:***@b"), Some("default")),
            (plain("URL"), Some("http://host/"), Some("http://host/"), Some("default")),
            (plain("URL"), Some("redis://:p@host"), Some("redis://:***@host"), Some("default")),
        ] {
            let seen = view(&key, None, set);
            assert_eq!((seen.value.as_deref(), seen.default), (value, default), "{} {set:?}", key.name);
        }
    }
}
