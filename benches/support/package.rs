//! Writes generated packages.

use std::fs;
use std::path::{Path, PathBuf};

use super::build;

/// A workspace below the target folder, with the versions of the repository's own lock file.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// An empty one; what an earlier run built of dependencies stays.
    pub(crate) fn new(name: &str, members: &[String], profiles: &str) -> Self {
        let root = build::scratch(name);
        for member in members {
            // Absent at the first run.
            let _ = fs::remove_dir_all(root.join(member).join("src"));
        }
        let workspace = Self { root };
        let quoted: Vec<String> = members.iter().map(|member| format!("{member:?}")).collect();
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n{profiles}", quoted.join(", "));
        workspace.write("Cargo.toml", &manifest);
        let lock = fs::read_to_string(build::repository().join("Cargo.lock")).expect("the repository has a lock file");
        if !workspace.root.join("Cargo.lock").exists() {
            workspace.write("Cargo.lock", &lock);
        }
        workspace
    }

    /// Writes one file.
    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.root.join(path);
        let folder = path.parent().expect("a file has a folder");
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).expect("the target folder can be written to");
    }

    /// A package's `Cargo.toml`.
    pub(crate) fn manifest(&self, package: &str, dependencies: &str) {
        let text = format!(
            "[package]\nname = {package:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n{dependencies}"
        );
        self.write(Path::new(package).join("Cargo.toml"), &text);
    }
}
