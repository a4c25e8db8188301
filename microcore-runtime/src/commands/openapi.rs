//! `openapi`: prints the OpenAPI document.

use super::{Exit, Surroundings};
use crate::manifest::Manifest;
use crate::openapi::document;

pub(super) fn run(manifest: &Manifest, surroundings: &mut Surroundings<'_>) -> Exit {
    surroundings.result(&format!("{:#}\n", document(manifest)))
}
