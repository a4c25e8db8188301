//! `.microcore/baseline.toml`: what this program wrote into a project, so that later it can tell its own text from yours.
//!
//! In and out: the path of each file with the hash of the text that was written there.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use toml_edit::{DocumentMut, Item, Table, value};

use crate::change::Changes;
use crate::problem::{Problem, Result};

/// Where it is, below the project.
pub(crate) const FILE: &str = ".microcore/baseline.toml";

const HEAD: &str =
    "# Written by `microcore`, and part of the project: it tells which files are still as they were written.\n";

/// What was written.
#[derive(Debug, Clone)]
pub(crate) struct Baseline {
    /// The file as it is; `None`: there is none yet.
    before: Option<String>,
    document: DocumentMut,
}

impl Baseline {
    /// Of a project; empty where it has none.
    pub(crate) fn read(project: &Path) -> Result<Self> {
        let path = project.join(FILE);
        let before = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Problem::file(&path, "read", &error)),
        };
        let document = before.as_deref().unwrap_or(HEAD).parse::<DocumentMut>().map_err(|error| {
            Problem::new(format!("`{FILE}` is no TOML: {error}")).help("take it from your repository, or delete it")
        })?;
        Ok(Self { before, document })
    }

    /// Of a project that begins.
    pub(crate) fn new() -> Self {
        Self { before: None, document: HEAD.parse().unwrap_or_default() }
    }

    /// What `new` was asked for, as words.
    pub(crate) fn options(&self) -> Vec<String> {
        let listed = self.document.get("options").and_then(Item::as_array);
        listed.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// Notes what `new` was asked for.
    pub(crate) fn set_options(&mut self, options: &[String]) {
        self.document["options"] = value(options.iter().collect::<toml_edit::Array>());
    }

    /// Whether anything was noted of a path.
    pub(crate) fn knows(&self, path: &str) -> bool {
        self.document.get("files").and_then(Item::as_table_like).is_some_and(|files| files.contains_key(path))
    }

    /// Whether there is a file of it.
    pub(crate) fn exists(&self) -> bool {
        self.before.is_some()
    }

    /// Whether the text is what was written there.
    pub(crate) fn is_as_written(&self, path: &str, text: &str) -> bool {
        let files = self.document.get("files").and_then(Item::as_table_like);
        let noted = files.and_then(|files| files.get(path)).and_then(Item::as_str);
        noted.is_some_and(|noted| noted == hash(text))
    }

    /// Notes what is written.
    pub(crate) fn note(&mut self, path: &str, text: &str) {
        let files = self.document.entry("files").or_insert_with(|| Item::Table(Table::new()));
        if let Some(files) = files.as_table_like_mut() {
            files.insert(path, value(hash(text)));
        }
    }

    /// Takes back what is noted of a path.
    pub(crate) fn forget(&mut self, path: &str) {
        if let Some(files) = self.document.get_mut("files").and_then(Item::as_table_like_mut) {
            files.remove(path);
        }
    }

    /// Notes what a pack added to `Cargo.toml`.
    pub(crate) fn note_pack(&mut self, pack: &str, places: &[String]) {
        let packs = self.document.entry("packs").or_insert_with(|| Item::Table(Table::new()));
        if let Some(packs) = packs.as_table_like_mut() {
            packs.insert(pack, value(places.iter().collect::<toml_edit::Array>()));
        }
    }

    /// Notes what was added to `Cargo.toml` for a pack later on.
    pub(crate) fn note_more(&mut self, pack: &str, places: &[String]) {
        let mut all = self.take_pack(pack);
        all.extend_from_slice(places);
        self.note_pack(pack, &all);
    }

    /// What was noted of a pack; it is noted no more.
    pub(crate) fn take_pack(&mut self, pack: &str) -> Vec<String> {
        let Some(packs) = self.document.get_mut("packs").and_then(Item::as_table_like_mut) else { return Vec::new() };
        let places = packs.remove(pack);
        if packs.is_empty() {
            self.document.remove("packs");
        }
        let places = places.as_ref().and_then(Item::as_array).into_iter().flatten();
        places.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// The packs that were noted.
    pub(crate) fn packs(&self) -> Vec<String> {
        let packs = self.document.get("packs").and_then(Item::as_table_like);
        packs.into_iter().flat_map(|packs| packs.iter().map(|(name, _)| name.to_owned())).collect()
    }

    /// The change that stores it.
    pub(crate) fn store(&self, changes: &mut Changes) {
        let mut document = self.document.clone();
        if let Some(files) = document.get_mut("files").and_then(Item::as_table_mut) {
            files.sort_values();
        }
        match &self.before {
            Some(before) => changes.replace(FILE, before, document.to_string()),
            None => changes.create(FILE, document.to_string()),
        }
    }
}

/// Line ends do not count: git may turn them around.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut baseline = Baseline::read(folder.path()).unwrap();
        baseline.note("b.rs", "one\n");
        baseline.note("a.rs", "two\n");
        baseline.set_options(&["--auth".to_owned()]);
        let mut changes = Changes::below(folder.path());
        baseline.store(&mut changes);
        changes.apply().unwrap();
        let read = Baseline::read(folder.path()).unwrap();
        assert!(read.is_as_written("b.rs", "one\r\n"), "git may turn line ends around");
        assert!(!read.is_as_written("b.rs", "two\n") && !read.is_as_written("c.rs", "one\n"));
        assert!(read.exists() && read.knows("a.rs") && !read.knows("c.rs"));
        assert_eq!(read.options(), ["--auth"]);
    }
}
