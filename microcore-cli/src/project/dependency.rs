//! How a manifest depends on the framework: under which name, from where, with which features.

use toml_edit::{DocumentMut, Item, TableLike};

/// The entry in `[dependencies]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// Its key: `microcore`, unless it is renamed.
    pub(crate) key: String,
    /// Its features, as listed.
    pub(crate) features: Vec<String>,
    /// Whether the default ones are on.
    pub(crate) default_features: bool,
    /// What decides its version: `0.1`, a path, a repository. `None`: the workspace.
    pub(crate) source: Option<String>,
}

/// The features of the framework that are on by default.
pub(crate) const DEFAULTS: &[&str] =
    &["causality", "dashboard", "http2", "multipart", "observe", "sqlite", "sql-check", "testing"];

impl Dependency {
    /// Of the text of a `Cargo.toml`; `None` where it has none.
    pub(super) fn read(text: &str) -> Result<Option<Self>, String> {
        let document = text.parse::<DocumentMut>().map_err(|error| format!("`Cargo.toml` can't be read: {error}"))?;
        let Some(all) = document.get("dependencies").and_then(Item::as_table_like) else { return Ok(None) };
        let found = all.iter().find(|(key, item)| {
            let package = item.as_table_like().and_then(|table| table.get("package")).and_then(Item::as_str);
            package.unwrap_or(key) == "microcore"
        });
        Ok(found.map(|(key, item)| Self::of(key, item)))
    }

    fn of(key: &str, item: &Item) -> Self {
        let table = item.as_table_like();
        let get = |name: &str| table.and_then(|table: &dyn TableLike| table.get(name));
        let text = |name: &str| get(name).and_then(Item::as_str).map(str::to_owned);
        let features = get("features").and_then(Item::as_array);
        Self {
            key: key.to_owned(),
            features: features.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            default_features: get("default-features").and_then(Item::as_bool).unwrap_or(true),
            source: item.as_str().map(str::to_owned).or(text("path")).or(text("git")).or(text("version")),
        }
    }

    /// Whether a feature of the framework is on, also by another one. Nobody knows where the workspace decides.
    pub(crate) fn has(&self, feature: &str) -> bool {
        let on = |name: &str| {
            self.features.iter().any(|one| one == name) || (self.default_features && DEFAULTS.contains(&name))
        };
        let by: &[&str] = match feature {
            "auth" => &["auth-bcrypt"],
            "postgres" => &["postgres-tls"],
            "redis" => &["redis-tls"],
            "system-sqlite" => &["sqlite"],
            _ => &[],
        };
        self.source.is_none() || on(feature) || by.iter().any(|other| on(other))
    }
}

/// The manifest with a feature of the framework more; the same where it has it.
pub(crate) fn with_feature(text: &str, key: &str, feature: &str) -> Option<String> {
    let mut document = text.parse::<DocumentMut>().ok()?;
    let item = document.get_mut("dependencies")?.as_table_like_mut()?.get_mut(key)?;
    if let Some(version) = item.as_str().map(str::to_owned) {
        let mut table = toml_edit::InlineTable::new();
        table.insert("version", version.into());
        *item = toml_edit::value(table);
    }
    let table = item.as_table_like_mut()?;
    if table.get("features").is_none() {
        table.insert("features", toml_edit::value(toml_edit::Array::new()));
    }
    table.get_mut("features")?.as_array_mut()?.push(feature);
    Some(document.to_string())
}

/// The manifest without that feature.
pub(crate) fn without_feature(text: &str, key: &str, feature: &str) -> Option<String> {
    let mut document = text.parse::<DocumentMut>().ok()?;
    let table = document.get_mut("dependencies")?.as_table_like_mut()?.get_mut(key)?.as_table_like_mut()?;
    let features = table.get_mut("features")?.as_array_mut()?;
    let at = features.iter().position(|one| one.as_str() == Some(feature))?;
    features.remove(at);
    if features.is_empty() {
        table.remove("features");
    }
    Some(document.to_string())
}

/// The manifest without a dependency.
pub(crate) fn without_dependency(text: &str, key: &str) -> Option<String> {
    let mut document = text.parse::<DocumentMut>().ok()?;
    document.get_mut("dependencies")?.as_table_like_mut()?.remove(key)?;
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_features_are_those_of_the_framework() {
        let manifest = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"));
        let document: DocumentMut = manifest.unwrap().parse().unwrap();
        let theirs = document["features"]["default"].as_array().unwrap();
        assert_eq!(theirs.iter().filter_map(|one| one.as_str()).collect::<Vec<_>>(), DEFAULTS);
    }
}
