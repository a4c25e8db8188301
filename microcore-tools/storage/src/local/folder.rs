//! The folder itself: where a key is, and what is done to its files. Everything here waits for the disk.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::super::{About, Entry, Key, Kind};

/// The file that says which version counts. No segment of a key is called so: one that begins with `@` gets a second one.
const ABOUT: &str = "@about.json";

/// How often something is looked for that somebody replaces or removes meanwhile.
const TRIES: usize = 100;

/// What is in [`ABOUT`].
#[derive(Debug, Serialize, Deserialize)]
struct Sidecar {
    /// The name of the file with the bytes.
    version: String,
    size: u64,
    /// Milliseconds since the epoch.
    modified: u64,
    #[serde(flatten)]
    kind: Kind,
}

impl Sidecar {
    fn about(self) -> About {
        let modified = UNIX_EPOCH + Duration::from_millis(self.modified);
        let version = self.version.trim_start_matches('@').split('.').next().unwrap_or_default().to_owned();
        About::of(self.size, self.kind, modified, version)
    }
}

/// See the module above.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// Held while one version takes the place of another, so that the one that is removed is the one that was replaced.
    changes: Mutex<()>,
}

/// The bytes of a version that does not count yet.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    kept: bool,
}

impl Draft {
    /// A file for the bytes, beside those of older versions.
    pub(super) fn begin(folder: &Folder, key: &Key) -> io::Result<(Self, File)> {
        let place = folder.place(key);
        // With the ending of the key, so that whoever looks into the folder can open the file.
        let ending = Path::new(key.as_str()).extension().and_then(OsStr::to_str);
        let ending = ending.filter(|ending| ending.len() <= 16 && ending.bytes().all(|b| b.is_ascii_alphanumeric()));
        let name = format!("@{}{}", unique(), ending.map(|ending| format!(".{ending}")).unwrap_or_default());
        let path = place.join(name);
        for _ in 0..TRIES {
            fs::create_dir_all(&place)?;
            match File::create(&path) {
                Ok(file) => return Ok((Self { path, kept: false }, file)),
                // Somebody who deletes removes empty folders.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(ErrorKind::NotFound, format!("the folder of `{key}` does not stay")))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // What is left of it is of no use; that it can't be removed either is no second failure.
            let _ = fs::remove_file(&self.path);
            if let Some(place) = self.path.parent() {
                let _ = fs::remove_dir(place);
            }
        }
    }
}

impl Folder {
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root, changes: Mutex::new(()) }
    }

    /// The folder of a key.
    fn place(&self, key: &Key) -> PathBuf {
        self.below(key.as_str())
    }

    fn below(&self, path: &str) -> PathBuf {
        let mut place = self.root.clone();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            if segment.starts_with('@') {
                place.push(format!("@{segment}"));
            } else {
                place.push(segment);
            }
        }
        place
    }

    /// Makes a draft the version that counts.
    pub(super) fn keep(&self, key: &Key, mut draft: Draft, size: u64, kind: Kind) -> io::Result<About> {
        let place = self.place(key);
        let version = draft.path.file_name().and_then(OsStr::to_str).unwrap_or_default().to_owned();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let sidecar = Sidecar { version, size, modified: u64::try_from(now).unwrap_or(u64::MAX), kind };
        let text = serde_json::to_vec(&sidecar)?;
        let written = place.join(format!("@{}.about", unique()));
        let mut file = File::create(&written)?;
        file.write_all(&text)?;
        file.sync_all()?;
        let _change = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let before = sidecar_in(&place)?;
        fs::rename(&written, place.join(ABOUT))?;
        draft.kept = true;
        sync(&place);
        if let Some(before) = before {
            remove(&place.join(before.version))?;
        }
        Ok(sidecar.about())
    }

    pub(super) fn about(&self, key: &Key) -> io::Result<Option<About>> {
        Ok(sidecar_in(&self.place(key))?.map(Sidecar::about))
    }

    /// The version that counts, open: it can be read to its end, whatever becomes of the key.
    pub(super) fn open(&self, key: &Key) -> io::Result<Option<(About, File)>> {
        let place = self.place(key);
        for _ in 0..TRIES {
            let Some(sidecar) = sidecar_in(&place)? else { return Ok(None) };
            match File::open(place.join(&sidecar.version)) {
                Ok(file) => return Ok(Some((sidecar.about(), file))),
                // Replaced between the two.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(ErrorKind::NotFound, format!("the bytes of `{key}` are missing")))
    }

    pub(super) fn delete(&self, key: &Key) -> io::Result<()> {
        let place = self.place(key);
        let _change = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sidecar) = sidecar_in(&place)? else { return Ok(()) };
        remove(&place.join(ABOUT))?;
        sync(&place);
        remove(&place.join(sidecar.version))?;
        // Folders that are empty now; one that is not stays, and so does one that somebody is about to fill.
        let mut empty = place.as_path();
        while empty != self.root && fs::remove_dir(empty).is_ok() {
            let Some(above) = empty.parent() else { break };
            empty = above;
        }
        Ok(())
    }

    /// All keys are looked at for each page: the folder has no index.
    pub(super) fn list(&self, below: &str, after: Option<&str>, most: usize) -> io::Result<Vec<Entry>> {
        let mut keys = Vec::new();
        collect(&self.below(below), below.trim_end_matches('/'), &mut keys)?;
        // A folder `a/` does not list the file `a`.
        keys.retain(|key| key.starts_with(below) && after.is_none_or(|after| key.as_str() > after));
        keys.sort_unstable();
        let mut entries = Vec::new();
        for key in keys {
            if entries.len() == most {
                break;
            }
            if let Some(sidecar) = sidecar_in(&self.below(&key))? {
                let about = sidecar.about();
                entries.push(Entry::of(key, about.size, about.modified));
            }
        }
        Ok(entries)
    }

    /// Whether something could be stored now.
    pub(super) fn check(&self) -> io::Result<()> {
        fs::create_dir_all(&self.root)?;
        let probe = self.root.join(format!("@{}.probe", unique()));
        File::create(&probe)?;
        remove(&probe)
    }
}

/// The keys at a place and below it.
fn collect(place: &Path, key: &str, keys: &mut Vec<String>) -> io::Result<()> {
    let listed = match fs::read_dir(place) {
        Ok(listed) => listed,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in listed {
        let entry = entry?;
        let name = entry.file_name();
        // What is no text was not put here by us.
        let Some(name) = name.to_str() else { continue };
        if name == ABOUT {
            keys.push(key.to_owned());
        } else if entry.file_type()?.is_dir() {
            let segment = if name.starts_with("@@") { &name[1..] } else { name };
            let below = if key.is_empty() { segment.to_owned() } else { format!("{key}/{segment}") };
            collect(&entry.path(), &below, keys)?;
        }
    }
    Ok(())
}

fn sidecar_in(place: &Path) -> io::Result<Option<Sidecar>> {
    match fs::read(place.join(ABOUT)) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A rename is safe once its folder is; a system that can't sync folders has nothing better.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A name that no other process and no other file has.
fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{now:x}-{:x}-{:x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
