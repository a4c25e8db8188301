//! The macros' codes, their pages and their UI tests never drift apart.

#![allow(clippy::unwrap_used, reason = "a test that can't read its files fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below `folder`, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension == wanted)
}

/// `MC` and four digits.
fn codes(text: &str) -> BTreeSet<String> {
    let is_code = |code: &&str| code[2..].bytes().all(|byte| byte.is_ascii_digit());
    let found = text.match_indices("MC").filter_map(|(at, _)| text.get(at..at + 6));
    found.filter(is_code).map(ToOwned::to_owned).collect()
}

fn codes_in(folder: &str, extension: &str) -> BTreeSet<String> {
    let texts = files(folder).into_iter().filter(|path| has_extension(path, extension));
    texts.flat_map(|path| codes(&fs::read_to_string(path).unwrap())).collect()
}

/// Every code that a macro can say.
fn said() -> BTreeSet<String> {
    ["microcore-macros/src", "microcore-macros/sql/src", "microcore-macros/cron/src"]
        .iter()
        .flat_map(|folder| codes_in(folder, "rs"))
        .collect()
}

fn pages() -> BTreeSet<String> {
    let stems = files("docs/errors").into_iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    stems.filter(|stem| stem.starts_with("MC")).collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    assert_eq!(said(), pages());
}

#[test]
fn every_page_is_headed_by_its_code_and_listed() {
    let index = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors/README.md")).unwrap();
    for code in pages() {
        let page = files("docs/errors").into_iter().find(|path| path.ends_with(format!("{code}.md"))).unwrap();
        let text = fs::read_to_string(page).unwrap();
        assert!(text.starts_with(&format!("# {code}: ")), "{code}.md has another heading");
        assert!(index.contains(&format!("[{code}]({code}.md)")), "{code} is not in the index");
    }
}

#[test]
fn every_code_is_shown_by_a_ui_test() {
    let mut shown = codes_in("tests/ui", "stderr");
    // A case that needs other features has a project of its own.
    shown.extend(codes(
        &fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/template/drop_in.rs")).unwrap(),
    ));
    let missing: Vec<_> = said().into_iter().filter(|code| !shown.contains(code)).collect();
    assert!(missing.is_empty(), "no .stderr below tests/ui shows {missing:?}");
}

#[test]
fn every_failing_case_has_its_words_beside_it() {
    for path in files("tests/ui") {
        let is_case = path.parent().is_some_and(|folder| folder.ends_with("fail"));
        if is_case && has_extension(&path, "rs") {
            assert!(path.with_extension("stderr").is_file(), "{} has no .stderr", path.display());
        }
        if is_case && has_extension(&path, "stderr") {
            assert!(path.with_extension("rs").is_file(), "{} has no .rs", path.display());
        }
    }
}

/// `` `subject` must be … [MC0101] ``, and on the next line what to write.
#[test]
fn every_message_with_a_code_says_what_to_write() {
    for path in files("tests/ui").iter().filter(|path| has_extension(path, "stderr")) {
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| !codes(pair[0]).is_empty()) {
            assert!(pair[0].ends_with(']') && pair[0].contains('`'), "{}: {}", path.display(), pair[0]);
            assert!(pair[1].trim_start().starts_with("help: "), "{}: {}", path.display(), pair[1]);
        }
    }
}
