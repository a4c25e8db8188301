//! Three texts, one verdict; nothing of yours is overwritten.

use std::fs;
use std::path::Path;

use super::*;
use crate::new::{NewAsked, new};

fn project(folder: &Path) -> Project {
    Project::find(&folder.join("shop")).unwrap()
}

fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { auth: true, ..Options::default() };
    new(&NewAsked { folder: "shop".into(), options, ..NewAsked::default() }, folder.path()).unwrap();
    folder
}

/// As if an earlier version had written this text: on the disk, and in the notes.
fn earlier(folder: &Path, path: &str, text: &str) {
    fs::write(folder.join("shop").join(path), text).unwrap();
    let mut baseline = Baseline::read(&folder.join("shop")).unwrap();
    baseline.note(path, text);
    let mut changes = Changes::below(&folder.join("shop"));
    baseline.store(&mut changes);
    changes.apply().unwrap();
}

#[test]
fn a_project_of_this_version_is_as_it_is() {
    let folder = made();
    let told = upgrade(&project(folder.path()), Mode::Apply).unwrap().to_string();
    assert!(told.starts_with("nothing to upgrade"), "{told}");
}

#[test]
fn each_file_gets_its_verdict() {
    let folder = made();
    let shop = folder.path().join("shop");
    earlier(folder.path(), "build.rs", "// earlier\n");
    earlier(folder.path(), "AGENTS.md", "earlier\n");
    fs::write(shop.join("AGENTS.md"), "mine\n").unwrap();
    fs::write(shop.join("README.md"), "mine\n").unwrap();
    fs::remove_file(shop.join(".gitignore")).unwrap();
    let manifest = fs::read_to_string(shop.join("Cargo.toml")).unwrap();
    fs::write(
        shop.join("Cargo.toml"),
        manifest.replace("version = \"0.1\", features", "version = \"0.0.3\", features"),
    )
    .unwrap();

    let told = upgrade(&project(folder.path()), Mode::Tell).unwrap().to_string();
    assert_eq!(
        told,
        "would be created AGENTS.md.new\nwould be changed build.rs\nwould be changed Cargo.toml\n\
         left out .gitignore: you deleted it\n\
         both changed AGENTS.md: compare it with AGENTS.md.new, then delete that\n\
         kept README.md: you changed it, and the template did not\nnext: microcore upgrade --apply\n"
    );
    assert!(!shop.join("AGENTS.md.new").exists());
    upgrade(&project(folder.path()), Mode::Apply).unwrap();
    let text = |path: &str| fs::read_to_string(shop.join(path)).unwrap();
    assert!(text("build.rs").contains("rerun-if-changed=src") && text("AGENTS.md.new").contains("## Commands"));
    assert_eq!((text("AGENTS.md").as_str(), text("README.md").as_str()), ("mine\n", "mine\n"));
    assert!(text("Cargo.toml").contains("version = \"0.1\", features"), "{}", text("Cargo.toml"));
    // What was told once is known: your text is yours.
    let again = upgrade(&project(folder.path()), Mode::Apply).unwrap().to_string();
    assert!(again.starts_with("nothing to upgrade"), "{again}");
}

#[test]
fn without_notes_nothing_is_touched() {
    let folder = made();
    fs::remove_file(folder.path().join("shop").join(crate::baseline::FILE)).unwrap();
    let problem = upgrade(&project(folder.path()), Mode::Apply).unwrap_err().to_string();
    assert!(problem.contains("nobody knows which texts are yours"), "{problem}");
}
