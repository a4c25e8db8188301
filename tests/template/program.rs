//! cargo, run in the template or in a copy of it, and the program that it builds. In: a folder and arguments. Out: what
//! cargo printed, or the path of a program that nobody replaces.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the framework's workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).unwrap()
}

/// The folder of the template.
pub(crate) fn template() -> PathBuf {
    root().join("app-template")
}

/// A folder of this test's own below the target folder.
fn temporary() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Held while cargo builds programs of one name into one target folder, and while what it built is used from there.
pub(crate) struct Alone(#[allow(dead_code, reason = "the lock ends with the file")] File);

impl Alone {
    /// Waits until nobody else builds the template, in this process or another.
    pub(crate) fn wait() -> Self {
        let file = File::create(temporary().join("template.lock")).unwrap();
        file.lock().unwrap();
        Self(file)
    }
}

/// The target folder that all share: the dependencies are built once.
pub(crate) fn target() -> &'static Path {
    temporary().parent().unwrap()
}

/// Runs cargo in a folder, with that target folder.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO")).args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", target()).output().unwrap()
}

/// The template's program with these features, built where that was not done; another build does not replace it.
pub(crate) fn program(features: &str) -> PathBuf {
    let alone = Alone::wait();
    let arguments = ["build", "--quiet", "--locked", "--message-format=json", "--features", features];
    let built = cargo(&template(), &arguments);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8(built.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let paths: Vec<String> = messages.filter_map(|message| message["executable"].as_str().map(str::to_owned)).collect();
    // Renamed into its place, because a program that runs can't be written to.
    let (copied, kept) = (temporary().join("app-copied"), temporary().join(format!("app-{features}")));
    fs::copy(&paths[0], &copied).unwrap();
    fs::rename(&copied, &kept).unwrap();
    drop(alone);
    kept
}
