//! The tool `auth`: passwords, tokens, and what is refused.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails here")]

mod passwords;
mod reference;
mod tokens;

use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::Manifest;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::auth::{AuthSettings, JwtAuth};

const MANIFEST: Manifest = Manifest { name: "auth", ..Manifest::EMPTY };

const KEY: &str = "a key of at least thirty-two bytes";

async fn auth<const N: usize>(settings: [(&str, &str); N]) -> JwtAuth {
    let environment = Environment::of(settings);
    let settings = AuthSettings::load(&environment).unwrap();
    JwtAuth::setup(settings, &Boot::new(environment).of(&MANIFEST).in_test()).await.unwrap()
}
