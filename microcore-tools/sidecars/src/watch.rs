//! Folders that come, change and go.
//!
//! In: the folder of guests, looked at a few times a second. Out: loads and removals. It is looked at and not listened
//! to: that works on every file system, mounts of containers included, and a look at a few files costs microseconds.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use microcore_runtime::guest::CompiledGuest;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::load::load;
use crate::shelf::Shelf;

/// A folder that was like this for so long is complete.
const QUIET: Duration = Duration::from_millis(100);
/// How long the boot waits for the guests that are there.
const BOOT: Duration = Duration::from_secs(20);
/// How deep and how far a folder is looked into.
const DEPTH: usize = 4;
const FILES: usize = 2_000;
/// What programs make while they run.
const MADE: [&str; 3] = ["__pycache__", "node_modules", "target"];

/// `billing.invoice_pdf`, its folder, and the state of its files as a number.
type Seen = BTreeMap<String, (PathBuf, u64)>;

/// Loads what is there, and watches from then on.
pub(crate) async fn begin(shelf: &Arc<Shelf>) {
    let places = Places { dropped: shelf.settings().folder.clone(), compiled: shelf.compiled() };
    if places.are_none() {
        return shelf.is_loaded();
    }
    let seen = look(&places).await;
    for guest in places.compiled.iter().filter(|guest| !seen.contains_key(guest.identity.name)) {
        shelf.failed(guest.identity.name, "its folder is not there: a release needs it in `SIDECARS_DIR`");
    }
    let mut loads = JoinSet::new();
    for (name, (folder, _)) in seen.clone() {
        loads.spawn(one(Arc::clone(shelf), name, folder));
    }
    // One that takes longer comes later.
    let _ = timeout(BOOT, async { while loads.join_next().await.is_some() {} }).await;
    shelf.is_loaded();
    shelf.watched_by(tokio::spawn(watch(Arc::clone(shelf), places, seen, loads)));
}

async fn watch(shelf: Arc<Shelf>, places: Places, mut loaded: Seen, mut loads: JoinSet<String>) {
    let mut before = loaded.clone();
    // Those whose load is under way: a second one waits for its end.
    let mut busy: Vec<String> = Vec::new();
    loop {
        tokio::select! {
            () = sleep(QUIET) => {}
            () = shelf.stopped() => break,
        }
        while let Some(ended) = loads.try_join_next() {
            busy.retain(|name| ended.as_ref().is_ok_and(|ended| ended != name));
        }
        let seen = look(&places).await;
        for (name, (folder, state)) in &seen {
            let is_quiet = before.get(name).is_some_and(|(_, before)| before == state);
            let is_new = loaded.get(name).is_none_or(|(_, loaded)| loaded != state);
            if is_quiet && is_new && !busy.contains(name) {
                loaded.insert(name.clone(), (folder.clone(), *state));
                busy.push(name.clone());
                loads.spawn(one(Arc::clone(&shelf), name.clone(), folder.clone()));
            }
        }
        // A folder that is replaced by renaming is away for a moment.
        let gone: Vec<String> =
            loaded.keys().filter(|name| !seen.contains_key(*name) && !before.contains_key(*name)).cloned().collect();
        for name in gone.into_iter().filter(|name| !busy.contains(name)) {
            loaded.remove(&name);
            shelf.remove(&name);
        }
        before = seen;
    }
    loads.shutdown().await;
}

async fn one(shelf: Arc<Shelf>, name: String, folder: PathBuf) -> String {
    let (domain, plugin) = name.split_once('.').unwrap_or_default();
    if let Err(why) = load(&shelf, domain, plugin, &folder).await {
        shelf.failed(&name, &why);
    }
    name
}

/// Where guests are.
#[derive(Debug, Clone)]
struct Places {
    /// `SIDECARS_DIR`.
    dropped: Option<PathBuf>,
    /// Those of the source tree, each with its folder.
    compiled: &'static [CompiledGuest],
}

impl Places {
    fn are_none(&self) -> bool {
        self.dropped.is_none() && self.compiled.is_empty()
    }

    /// What was dropped in goes before what it was compiled from.
    fn seen(&self) -> Seen {
        let mut seen = self.dropped.as_deref().map(guests).unwrap_or_default();
        for guest in self.compiled.iter().filter(|guest| !guest.folder.is_empty()) {
            let path = PathBuf::from(guest.folder);
            if !seen.contains_key(guest.identity.name) && path.join("plugin.toml").is_file() {
                let state = state(&path);
                seen.insert(guest.identity.name.to_owned(), (path, state));
            }
        }
        seen
    }
}

async fn look(places: &Places) -> Seen {
    let places = places.clone();
    tokio::task::spawn_blocking(move || places.seen()).await.unwrap_or_default()
}

fn guests(folder: &Path) -> Seen {
    let mut seen = Seen::new();
    for (domain, path) in folders(folder) {
        for (plugin, path) in folders(&path) {
            if path.join("plugin.toml").is_file() {
                let state = state(&path);
                seen.insert(format!("{domain}.{plugin}"), (path, state));
            }
        }
    }
    seen
}

/// The folders whose names could be those of modules.
fn folders(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let named = entries.flatten().filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())));
    named.filter(|(name, path)| is_name(name) && path.is_dir()).collect()
}

/// Names, lengths and times of all files, as one number.
fn state(folder: &Path) -> u64 {
    let mut files = Vec::new();
    gather(folder, DEPTH, &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<(PathBuf, u64, u128)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_made = name.to_str().is_none_or(|name| name.starts_with('.') || MADE.contains(&name));
        if is_made || files.len() >= FILES {
            continue;
        }
        let path = entry.path();
        let Ok(facts) = std::fs::metadata(&path) else { continue };
        if facts.is_dir() {
            if depth > 0 {
                gather(&path, depth - 1, files);
            }
        } else {
            let changed = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            files.push((path, facts.len(), changed.unwrap_or_default().as_nanos()));
        }
    }
}
