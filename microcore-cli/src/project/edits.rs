//! Additions to `Cargo.toml` that can be taken back: each is noted as a place, such as `dependencies.hmac` or
//! `features.default=smtp`.
//!
//! In: the text, and what it shall have. Out: the text, and the notes of what it did not have before.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};

use super::Project;

/// A manifest that is added to.
#[derive(Debug, Clone)]
pub(crate) struct Edits {
    document: DocumentMut,
    made: Vec<String>,
}

impl Edits {
    /// Of a text; `None` where it is no manifest.
    pub(crate) fn of(text: &str) -> Option<Self> {
        Some(Self { document: text.parse().ok()?, made: Vec::new() })
    }

    /// The text now.
    pub(crate) fn text(&self) -> String {
        self.document.to_string()
    }

    /// The places that are new.
    pub(crate) fn made(&self) -> &[String] {
        &self.made
    }

    /// The features of a dependency, as listed.
    pub(crate) fn features(&self, key: &str) -> Vec<String> {
        let entry = self.document.get("dependencies").and_then(|all| all.get(key));
        let listed = entry.and_then(|entry| entry.get("features")).and_then(Item::as_array);
        listed.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// A key with a value, where the table has no such key. Whether it had none.
    pub(crate) fn entry(&mut self, table: &str, key: &str, item: Item) -> bool {
        let Some(entries) = self.table(table) else { return false };
        if entries.contains_key(key) {
            return false;
        }
        entries.insert(key, item);
        self.made.push(format!("{table}.{key}"));
        true
    }

    /// One more text in a list.
    pub(crate) fn element(&mut self, table: &str, key: &str, text: &str) {
        self.entry(table, key, value(Array::new()));
        let list = self.table(table).and_then(|entries| entries.get_mut(key)).and_then(Item::as_array_mut);
        if add(list, text) {
            self.made.push(format!("{table}.{key}={text}"));
        }
    }

    /// One more feature of a dependency that is there.
    pub(crate) fn feature(&mut self, table: &str, key: &str, feature: &str) {
        let entry = self.table(table).and_then(|entries| entries.get_mut(key));
        let Some(entry) = entry else { return };
        if let Some(version) = entry.as_str().map(str::to_owned) {
            let mut plain = toml_edit::InlineTable::new();
            plain.insert("version", version.into());
            *entry = value(plain);
        }
        let Some(fields) = entry.as_table_like_mut() else { return };
        if fields.get("features").is_none() {
            fields.insert("features", value(Array::new()));
            self.made.push(format!("{table}.{key}.features"));
        }
        let entry = self.table(table).and_then(|entries| entries.get_mut(key));
        let Some(fields) = entry.and_then(Item::as_table_like_mut) else { return };
        if add(fields.get_mut("features").and_then(Item::as_array_mut), feature) {
            self.made.push(format!("{table}.{key}.features={feature}"));
        }
    }

    /// A table of the manifest, made where there is none.
    fn table(&mut self, name: &str) -> Option<&mut dyn TableLike> {
        if self.document.get(name).is_none() {
            self.document.insert(name, Item::Table(Table::new()));
            self.made.push(name.to_owned());
        }
        self.document.get_mut(name)?.as_table_like_mut()
    }

    /// Takes places back, the last first; what has become part of something else stays.
    pub(crate) fn take_back(&mut self, places: &[String]) {
        for place in places.iter().rev() {
            let (path, element) = match place.split_once('=') {
                Some((path, element)) => (path, Some(element)),
                None => (place.as_str(), None),
            };
            let names: Vec<&str> = path.split('.').collect();
            let Some((key, outer)) = names.split_last() else { continue };
            let holder = outer.iter().try_fold(self.document.as_item_mut(), |item, name| item.get_mut(name));
            let Some(holder) = holder.and_then(Item::as_table_like_mut) else { continue };
            match element {
                Some(element) => {
                    let list = holder.get_mut(key).and_then(Item::as_array_mut);
                    let at = list.as_ref().and_then(|list| list.iter().position(|one| one.as_str() == Some(element)));
                    if let (Some(list), Some(at)) = (list, at) {
                        list.remove(at);
                    }
                }
                None if is_in_use(holder.get(key), path) => {}
                None => {
                    holder.remove(key);
                }
            }
        }
    }
}

/// A table, or a list of features, in which something stands that was not put there.
fn is_in_use(item: Option<&Item>, path: &str) -> bool {
    match item {
        Some(Item::Table(table)) => !table.is_empty(),
        Some(item) => {
            (path == "features.default" || path.ends_with(".features"))
                && item.as_array().is_some_and(|list| !list.is_empty())
        }
        None => false,
    }
}

fn add(list: Option<&mut Array>, text: &str) -> bool {
    match list {
        Some(list) if list.iter().all(|one| one.as_str() != Some(text)) => {
            list.push(text);
            true
        }
        _ => false,
    }
}

impl Project {
    /// Of noted places, those that may go: not the crates that Rust files elsewhere than below `folder` name.
    pub(crate) fn removable(&self, places: &[String], folder: &str) -> Vec<String> {
        let files = self.rust_files();
        let is_named = |place: &&String| {
            let Some(key) = place.strip_prefix("dependencies.") else { return false };
            let module = format!("{}::", key.split(['.', '=']).next().unwrap_or(key).replace('-', "_"));
            files.iter().any(|(path, text)| !path.starts_with(folder) && text.contains(&module))
        };
        places.iter().filter(|place| !is_named(place)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"shop\"\n\n[dependencies]\nmicrocore = \"0.1\"\n\n# Slow.\n[profile.dev]\ndebug = false\n\n\
        [dev-dependencies]\ntokio = { version = \"1\", features = [\"rt\"] }\n";

    #[test]
    fn what_was_added_is_taken_back_to_the_letter() {
        let mut edits = Edits::of(MANIFEST).unwrap();
        assert!(edits.entry("dependencies", "hmac", value("0.13")));
        assert!(!edits.entry("dependencies", "microcore", value("9")));
        edits.entry("features", "smtp", value(Array::from_iter(["hmac/x"])));
        edits.element("features", "default", "smtp");
        edits.element("features", "default", "smtp");
        edits.feature("dev-dependencies", "tokio", "time");
        edits.feature("dev-dependencies", "tokio", "rt");
        edits.feature("dependencies", "hmac", "x");
        let text = edits.text();
        assert!(text.contains("default = [\"smtp\"]") && text.contains("[\"rt\", \"time\"]"), "{text}");
        let places = edits.made().to_vec();
        assert_eq!(
            places,
            [
                "dependencies.hmac",
                "features",
                "features.smtp",
                "features.default",
                "features.default=smtp",
                "dev-dependencies.tokio.features=time",
                "dependencies.hmac.features",
                "dependencies.hmac.features=x"
            ]
        );
        let mut edits = Edits::of(&text).unwrap();
        edits.take_back(&places);
        assert_eq!(edits.text(), MANIFEST);
    }

    #[test]
    fn what_was_put_beside_it_stays() {
        let mut edits = Edits::of(MANIFEST).unwrap();
        edits.entry("features", "smtp", value(Array::new()));
        let places = edits.made().to_vec();
        let text = edits.text().replace("smtp = []\n", "smtp = []\nmine = []\n");
        let mut edits = Edits::of(&text).unwrap();
        edits.take_back(&places);
        assert!(edits.text().contains("[features]\nmine = []\n"), "{}", edits.text());
    }
}
