//! Which files the running code is made of, and whether one of them is another one now.
//!
//! In: folders, and the list that cargo keeps of what it has read. Out: the paths that differ from the last look.
//!
//! It looks instead of being told: some hundred files take less than a millisecond, a request can look at the moment it
//! comes in, and nothing has to be set up that a container, a network drive or a system's limit would not have.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// When a file was written, and its length.
type Mark = (SystemTime, u64);

/// The files of one project.
#[derive(Debug)]
pub(super) struct Watcher {
    folder: PathBuf,
    /// What cargo has read besides: the sources of crates that lie beside the project.
    listed: BTreeSet<PathBuf>,
    seen: BTreeMap<PathBuf, Mark>,
}

/// Never the project's own folder: databases, logs and `AI_CONTEXT.md` are written there.
const FILES: [&str; 5] = ["Cargo.toml", "Cargo.lock", "build.rs", ".env", ".cargo/config.toml"];

impl Watcher {
    /// From now on.
    pub(super) fn of(folder: PathBuf) -> Self {
        let mut watcher = Self { folder, listed: BTreeSet::new(), seen: BTreeMap::new() };
        watcher.seen = watcher.look();
        watcher
    }

    /// The program's own list of what it was made from, beside it: `target/debug/app.d`. What is in it is news to nobody.
    pub(super) fn read(&mut self, program: &Path) {
        let Ok(text) = fs::read_to_string(program.with_extension("d")) else { return };
        self.listed = inputs(&text).filter(|path| !path.starts_with(&self.folder)).collect();
        for path in &self.listed {
            if let Some(mark) = mark(path) {
                self.seen.entry(path.clone()).or_insert(mark);
            }
        }
        self.seen.retain(|path, _| path.starts_with(&self.folder) || self.listed.contains(path));
    }

    /// How many files and folders there are.
    pub(super) fn size(&self) -> (usize, usize) {
        let folders: BTreeSet<_> = self.seen.keys().filter_map(|path| path.parent()).collect();
        (self.seen.len(), folders.len())
    }

    /// What is new, gone, or written since the last time.
    pub(super) fn changes(&mut self) -> Vec<PathBuf> {
        let now = self.look();
        let gone = self.seen.keys().filter(|path| !now.contains_key(*path));
        let other = now.iter().filter(|(path, mark)| self.seen.get(*path) != Some(mark)).map(|(path, _)| path);
        let changed = gone.chain(other).cloned().collect();
        self.seen = now;
        changed
    }

    /// As a person writes it.
    pub(super) fn name<'p>(&self, path: &'p Path) -> std::path::Display<'p> {
        path.strip_prefix(&self.folder).unwrap_or(path).display()
    }

    fn look(&self) -> BTreeMap<PathBuf, Mark> {
        let mut seen = BTreeMap::new();
        collect(&self.folder.join("src"), &mut seen);
        let files = FILES.iter().map(|name| self.folder.join(name));
        seen.extend(
            files
                .chain(self.listed.iter().cloned())
                .filter_map(|path| Some((mark(&path)?, path)))
                .map(|(mark, path)| (path, mark)),
        );
        seen
    }
}

fn mark(path: &Path) -> Option<Mark> {
    let found = fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

fn collect(folder: &Path, seen: &mut BTreeMap<PathBuf, Mark>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if is_of_an_editor(&name) {
            continue;
        }
        let path = entry.path();
        if is_of_a_guest(&path) {
            continue;
        }
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => collect(&path, seen),
            Ok(found) => drop(found.modified().map(|at| seen.insert(path, (at, found.len())))),
            Err(_) => {}
        }
    }
}

/// What a guest is made of, its manifest and schemas apart: the running application sees for itself when that changes,
/// and nothing of it is compiled.
fn is_of_a_guest(path: &Path) -> bool {
    let mut names = path.iter().skip_while(|name| *name != "domains").skip(2);
    let inside = names.next().is_some_and(|name| name == "sidecars") && names.nth(1).is_some();
    let extension = path.extension().and_then(OsStr::to_str);
    inside && !path.is_dir() && !matches!(extension, Some("toml" | "json"))
}

/// Swap files, backups, and what an editor tries a folder with.
fn is_of_an_editor(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let extension = Path::new(&*name).extension().and_then(OsStr::to_str).unwrap_or_default();
    name.starts_with(['.', '#'])
        || name.ends_with('~')
        || matches!(extension, "swp" | "swx" | "swo" | "tmp" | "bak" | "orig")
        || name.chars().all(|char| char.is_ascii_digit())
}

/// The paths behind the colon; a space in one stands behind a backslash.
fn inputs(text: &str) -> impl Iterator<Item = PathBuf> {
    let line = text.lines().next().unwrap_or_default();
    let inputs = line.split_once(": ").map_or("", |(_, inputs)| inputs).replace("\\ ", "\0");
    let inputs: Vec<String> = inputs.split(' ').map(|path| path.replace('\0', " ")).collect();
    inputs.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_settings_are_watched_and_what_is_written_beside_them_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("src/domains/users/plugins")).unwrap();
        fs::write(path("src/lib.rs"), "1").unwrap();
        let mut watcher = Watcher::of(folder.path().to_owned());
        assert_eq!(watcher.changes(), Vec::<PathBuf>::new());
        for name in ["app.db-wal", "AI_CONTEXT.md", "src/.lib.rs.swp", "src/lib.rs~", "src/4913", "src/#lib.rs#"] {
            fs::write(path(name), "x").unwrap();
        }
        assert_eq!(watcher.changes(), Vec::<PathBuf>::new());
        for name in ["src/lib.rs", "src/domains/users/plugins/new.rs", ".env"] {
            fs::write(path(name), "longer").unwrap();
            assert_eq!(watcher.changes(), [path(name)]);
        }
        fs::remove_file(path("src/domains/users/plugins/new.rs")).unwrap();
        assert_eq!(watcher.changes(), [path("src/domains/users/plugins/new.rs")]);
    }

    #[test]
    fn what_lies_beside_the_project_is_watched_where_cargo_has_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let beside = tempfile::Builder::new().prefix("a b").tempdir().unwrap();
        let source = beside.path().join("lib.rs");
        fs::write(&source, "1").unwrap();
        let program = folder.path().join("app");
        let escaped = source.display().to_string().replace(' ', "\\ ");
        fs::write(folder.path().join("app.d"), format!("{}: {escaped} /none\n", program.display())).unwrap();
        let mut watcher = Watcher::of(folder.path().to_owned());
        watcher.read(&program);
        assert_eq!(watcher.changes(), Vec::<PathBuf>::new());
        fs::write(&source, "longer").unwrap();
        assert_eq!(watcher.changes(), [source]);
    }
}
