//! Versions: this program's, and that of the framework in `Cargo.lock`.

use std::fmt;
use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item};

/// `1.2.3`; what stands behind a `-` counts for nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u64, pub(crate) u64, pub(crate) u64);

/// This program's, which is that of the framework it belongs to.
pub(crate) const OWN: Version = Version(
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
);

const fn number(text: &str) -> u64 {
    match u64::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}

impl Version {
    /// What a text begins with.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = text.trim().split(['-', '+', ' ']).next()?;
        let mut parts = plain.split('.').map(|part| part.parse::<u64>().ok());
        Some(Self(parts.next()??, parts.next().flatten().unwrap_or(0), parts.next().flatten().unwrap_or(0)))
    }

    /// The requirement that takes every compatible version: `0.1`, `1`.
    pub(crate) fn requirement(self) -> String {
        if self.0 == 0 { format!("0.{}", self.1) } else { self.0.to_string() }
    }

    /// Whether cargo would take the one for the other.
    pub(crate) fn is_compatible(self, other: Self) -> bool {
        self.requirement() == other.requirement()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// That of the package `microcore` in the nearest `Cargo.lock`: the workspace's, where there is one above.
pub(super) fn locked(root: &Path) -> Option<Version> {
    let text = root.ancestors().find_map(|folder| fs::read_to_string(folder.join("Cargo.lock")).ok())?;
    let document = text.parse::<DocumentMut>().ok()?;
    let packages = document.get("package").and_then(Item::as_array_of_tables)?;
    let ours = packages.iter().find(|package| package.get("name").and_then(Item::as_str) == Some("microcore"))?;
    Version::parse(ours.get("version")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_and_required_as_cargo_does() {
        let of = |text| Version::parse(text).unwrap();
        assert!(of("0.10.0") > of("0.9.9") && of("1.0.0-rc.1") >= of("0.99"));
        assert_eq!((of("0.3.2").requirement(), of("2.3.4").requirement()), ("0.3".to_owned(), "2".to_owned()));
        assert!(of("1.2.0").is_compatible(of("1.9")) && !of("0.1.0").is_compatible(of("0.2.0")));
        assert_eq!(OWN.to_string(), env!("CARGO_PKG_VERSION"));
        assert_eq!(Version::parse("x"), None);
    }
}
