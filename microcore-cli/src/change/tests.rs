//! Changes are made all or not at all.

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn text(root: &Path, path: &str) -> Option<String> {
    fs::read_to_string(root.join(path)).ok()
}

#[test]
fn nothing_is_overwritten_and_nothing_is_half_done() {
    let root = folder();
    fs::write(root.path().join("kept"), "mine").unwrap();
    let mut changes = Changes::below(root.path());
    changes.create("a/b/new", "1");
    changes.create("kept", "2");
    let problem = changes.carry_out(false).unwrap_err();
    assert!(problem.to_string().starts_with("`kept` exists already"), "{problem}");
    assert_eq!(text(root.path(), "kept").as_deref(), Some("mine"));
    assert!(!root.path().join("a").exists(), "nothing of it was made");
}

#[test]
fn what_was_changed_in_between_is_left_alone() {
    let root = folder();
    fs::write(root.path().join("file"), "now").unwrap();
    let mut changes = Changes::below(root.path());
    changes.replace("file", "then", "later");
    let problem = changes.carry_out(false).unwrap_err();
    assert!(problem.to_string().contains("was changed in between"), "{problem}");
    assert_eq!(text(root.path(), "file").as_deref(), Some("now"));
}

#[test]
fn a_step_that_fails_takes_the_earlier_ones_back() {
    let root = folder();
    fs::write(root.path().join("file"), "old").unwrap();
    fs::write(root.path().join("wall"), "").unwrap();
    let mut changes = Changes::below(root.path());
    changes.create("x/y", "new");
    changes.replace("file", "old", "new");
    // A file is no folder.
    changes.create("wall/inside", "");
    changes.carry_out(false).unwrap_err();
    assert_eq!(text(root.path(), "file").as_deref(), Some("old"));
    assert!(!root.path().join("x").exists());
}

#[test]
fn a_dry_run_tells_what_would_be_and_makes_nothing() {
    let root = folder();
    fs::write(root.path().join("file"), "old").unwrap();
    fs::create_dir(root.path().join("d")).unwrap();
    fs::write(root.path().join("d/gone"), "gone").unwrap();
    let mut changes = Changes::below(root.path());
    changes.create("x/y", "new");
    changes.replace("file", "old", "new");
    changes.delete("d/gone", "gone");
    let told = changes.carry_out(true).unwrap();
    assert_eq!(told.to_string(), "would be created x/y\nwould be changed file\nwould be deleted d/gone\n");
    assert_eq!(text(root.path(), "file").as_deref(), Some("old"));
    changes.carry_out(false).unwrap();
    assert_eq!(text(root.path(), "x/y").as_deref(), Some("new"));
    assert!(!root.path().join("d").exists(), "a folder without a file goes too");
}

#[cfg(unix)]
#[test]
fn the_rights_of_a_file_stay_and_a_new_one_has_those_of_any() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = folder();
    let path = root.path().join("script");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o754)).unwrap();
    let plain = root.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mut changes = Changes::below(root.path());
    changes.replace("script", "old", "new");
    changes.create("made", "new");
    changes.carry_out(false).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o754);
    assert_eq!(mode(&root.path().join("made")), mode(&plain));
}
