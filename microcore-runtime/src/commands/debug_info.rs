//! Whether a debug build pays for debug info that nobody asked for. In: the application's folder. Out: advice, or nothing.
//!
//! Cargo's default is all of it: types and variables of every crate, written anew by the linker at each edit. A
//! backtrace needs the lines alone.

use std::fs;
use std::path::{Path, PathBuf};

/// What to write, unless the profile says what it wants.
pub(super) fn finding(folder: &str) -> Option<String> {
    let manifest = Some(folder).filter(|folder| !folder.is_empty()).and_then(|folder| root(Path::new(folder)))?;
    let text = fs::read_to_string(&manifest).ok()?;
    (!says_how_much(&text)).then(|| {
        format!(
            "debug builds have full debug info, which every edit waits for: write `debug = \"line-tables-only\"` below \
             `[profile.dev]` in {}",
            manifest.display()
        )
    })
}

/// The manifest whose profiles count: that of the workspace, or the package's own where there is none around it.
fn root(folder: &Path) -> Option<PathBuf> {
    let manifests = folder.ancestors().map(|folder| folder.join("Cargo.toml")).filter(|manifest| manifest.is_file());
    let is_workspace = |manifest: &PathBuf| {
        let text = fs::read_to_string(manifest).unwrap_or_default();
        text.lines().any(|line| line.trim_start().starts_with("[workspace"))
    };
    let manifests: Vec<PathBuf> = manifests.collect();
    manifests.iter().find(|manifest| is_workspace(manifest)).or(manifests.first()).cloned()
}

/// Whether `[profile.dev]` has the key `debug`, in any spelling of TOML that people write.
fn says_how_much(manifest: &str) -> bool {
    let mut table = "";
    manifest.lines().map(str::trim).any(|line| {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.split(']').next()) {
            table = name.trim();
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        let dotted = ["profile.dev.debug", "dev.debug", "debug"];
        line.contains('=')
            && match table {
                "profile.dev" => key == dotted[2],
                "profile" => key == dotted[1],
                "" => key == dotted[0],
                _ => false,
            }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn full_debug_info_that_nobody_asked_for_is_told_with_the_file_to_change() {
        let folder = tempfile::tempdir().unwrap();
        let (root, app) = (folder.path(), folder.path().join("app"));
        fs::create_dir(&app).unwrap();
        let write = |folder: &Path, text: &str| fs::write(folder.join("Cargo.toml"), text).unwrap();
        write(&app, "[package]\nname = \"app\"\n");
        let told = |at: &Path| finding(at.to_str().unwrap());
        assert!(told(&app).unwrap().ends_with(app.join("Cargo.toml").to_str().unwrap()));
        write(root, "[workspace]\nmembers = [\"app\"]\n[profile.release]\ndebug = true\n");
        assert!(told(&app).unwrap().ends_with(root.join("Cargo.toml").to_str().unwrap()));
        for said in
            ["[profile.dev]\ndebug = \"line-tables-only\"", "[profile.dev]\ndebug=true", "[profile]\ndev.debug = 1"]
        {
            write(root, &format!("[workspace]\n{said}\n"));
            assert_eq!(told(&app), None, "{said}");
        }
        assert_eq!(finding(""), None, "a release build knows no folder");
        assert_eq!(finding("/nowhere/at/all"), None);
    }
}
