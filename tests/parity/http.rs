//! The tables of parity name tests that exist, and say why where they name none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with(".git") {
                files(&path, ending, found);
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
}

/// The names of all functions with a `test` attribute of some kind above them.
pub(crate) fn tests() -> BTreeSet<String> {
    let mut sources = Vec::new();
    files(root(), "rs", &mut sources);
    let mut names = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[") {
                is_test |= line.contains("test]") || line.contains("test(");
            } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
                names.extend(rest.split('(').next().map(str::to_owned));
                is_test = false;
            }
        }
    }
    names
}

#[test]
fn every_row_names_a_test_that_exists_or_says_why_there_is_none() {
    let (tests, mut pages, mut wrong) = (tests(), Vec::new(), Vec::new());
    assert!(tests.len() > 100, "the walk finds the tests");
    pages.push(root().join("docs/parity/http.md"));
    assert!(!pages.is_empty());
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let rows = text.lines().filter(|line| line.starts_with("| ") && line.ends_with(" |"));
        // A table's heading ends in "Tests".
        for row in rows.filter(|row| !row.ends_with("Tests |")) {
            let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
            let named: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
            let known = named.iter().all(|name| tests.contains(*name));
            let explained = last.strip_prefix("not there: ").is_some_and(|reason| !reason.is_empty());
            if !explained && (named.is_empty() || !known) {
                wrong.push(format!("{}: {row}", page.file_name().unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_row_of_the_original_is_there() {
    let text = fs::read_to_string(root().join("docs/parity/http.md")).unwrap();
    let rows: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| ")?.split([' ', '|']).next()).collect();
    let names = (1..=30).map(|number| format!("H{number:02}")).chain((1..=12).map(|number| format!("W-H{number}")));
    let missing: Vec<String> = names.filter(|name| !rows.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // A cell too many is not shown by whoever draws the page, and the last one names the tests.
    let mut columns = 0;
    for line in text.lines() {
        match line.strip_prefix('|').map(|row| row.matches('|').count()) {
            None => columns = 0,
            Some(cells) if columns == 0 => columns = cells,
            Some(cells) => assert_eq!(cells, columns, "{line}"),
        }
    }
}
