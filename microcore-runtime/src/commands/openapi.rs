//! `openapi`: prints the OpenAPI document.

use super::{Exit, Surroundings};
use crate::manifest::Manifest;
use crate::openapi::document;
use crate::request::TokenPlaces;
use crate::settings::Environment;

pub(super) fn run(manifest: &Manifest, surroundings: &mut Surroundings<'_>) -> Exit {
    // What is wrong with the settings is for `check` to say.
    let environment = (surroundings.environment)().unwrap_or_default();
    let places = token_places(manifest, &environment);
    surroundings.result(&format!("{:#}\n", document(manifest, places.as_ref())))
}

/// What the tool `auth` would say if it ran.
fn token_places(manifest: &Manifest, environment: &Environment) -> Option<TokenPlaces> {
    let auth = manifest.tools.iter().find(|tool| tool.name == "auth")?;
    let setting = |name: &str| {
        let key = auth.settings.iter().find(|key| key.name == name)?;
        environment.get(key.name).or(key.default)
    };
    let header = setting("AUTH_HEADER").and_then(|name| name.parse().ok())?;
    let places =
        TokenPlaces::by_settings(header, setting("AUTH_SCHEME"), setting("AUTH_COOKIE"), setting("AUTH_QUERY"));
    Some(places)
}
