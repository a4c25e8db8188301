//! `routes`: prints every route with its handler.

use super::{Exit, Surroundings};
use crate::manifest::{Manifest, routes_table};

pub(super) fn run(manifest: &Manifest, surroundings: &mut Surroundings<'_>) -> Exit {
    surroundings.result(&routes_table(manifest))
}
