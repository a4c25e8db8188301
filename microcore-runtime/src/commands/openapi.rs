//! `openapi`: prints the OpenAPI document.

use super::{Exit, Surroundings};
use crate::manifest::Manifest;
use crate::openapi::document;
use crate::settings::Environment;

pub(super) fn run(manifest: &Manifest, surroundings: &mut Surroundings<'_>) -> Exit {
    // What is wrong with the settings is for `check` to say.
    let environment = (surroundings.environment)().unwrap_or_default();
    let cookie = token_cookie(manifest, &environment);
    surroundings.result(&format!("{:#}\n", document(manifest, cookie.as_deref())))
}

/// What the tool `auth` would say if it ran.
fn token_cookie(manifest: &Manifest, environment: &Environment) -> Option<String> {
    let auth = manifest.tools.iter().find(|tool| tool.name == "auth")?;
    let key = auth.settings.iter().find(|key| key.name == "AUTH_COOKIE")?;
    environment.get(key.name).or(key.default).map(ToOwned::to_owned)
}
