//! `metrics`: every name that `/metrics` tells, with its labels, and how many series there may be.

use std::fmt::Write as _;

use super::{Exit, Surroundings};
use crate::manifest::Manifest;
use crate::metrics::{families, series};

pub(super) fn run(manifest: &Manifest, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut text = String::new();
    for (family, series) in families(manifest) {
        let labels = if family.labels.is_empty() { String::new() } else { format!("{{{}}}", family.labels.join(",")) };
        let _ = writeln!(text, "{series:>6} {:<9} {}{labels}", family.kind, family.name);
        let _ = writeln!(text, "{:>17}{}", "", family.help);
    }
    let _ = writeln!(text, "about {} series, once everything has run", series(manifest));
    surroundings.result(&text)
}
