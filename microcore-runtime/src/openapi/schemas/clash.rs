//! Two types that a document can't tell apart by their names.

use std::fmt;

use super::name;

/// A name that two schemas have, with the operation that needs each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::openapi) struct Clash {
    name: String,
    places: [String; 2],
}

impl Clash {
    /// `raw` is the name as schemars had it.
    pub(super) fn of(raw: &str, one: &str, other: &str) -> Self {
        let parts = name::parse(raw);
        let name = name::paths(&parts).into_iter().next().map_or_else(|| raw.to_owned(), str::to_owned);
        Self { name, places: [one.to_owned(), other.to_owned()] }
    }
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, places: [one, other] } = self;
        write!(
            f,
            "`{name}` is the name of two schemas: one of {one}, another of {other}; rename one of the types, or say \
             `#[schemars(rename = \"…\")]` on it"
        )
    }
}
