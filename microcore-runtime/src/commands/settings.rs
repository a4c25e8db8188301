//! `settings`: prints every key that the application reads, its default and its meaning.

use super::{Exit, Surroundings};
use crate::manifest::{Manifest, settings_list};

pub(super) fn run(manifest: &Manifest, surroundings: &mut Surroundings<'_>) -> Exit {
    surroundings.result(&settings_list(manifest))
}
