//! The parity page names tests that are there, and has every row.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of all functions that carry a test attribute.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<_> =
        ["app-template", "tests", "microcore-core", "microcore-macros", "microcore-runtime", "microcore-tools"]
            .iter()
            .map(|folder| root().join(folder))
            .collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Of the compile-error cases only the program that runs them has tests.
                let is_case = path.parent().is_some_and(|parent| parent.ends_with("tests/ui"));
                if !is_case && !path.ends_with("target") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let mut marked = false;
                for line in text.lines().map(str::trim) {
                    if line.starts_with("#[") && line.contains("test") {
                        marked = true;
                    } else if marked && let Some((_, rest)) = line.split_once("fn ") {
                        names.extend(rest.split('(').next().map(ToOwned::to_owned));
                        marked = false;
                    }
                }
            }
        }
    }
    names
}

#[test]
fn every_row_names_tests_that_are_there_or_says_why_not() {
    let page = fs::read_to_string(root().join("docs/parity/events.md")).unwrap();
    let (tests, mut rows) = (tests(), BTreeSet::new());
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [row, _, shown] = cells[..] else { panic!("three cells: {line}") };
        assert!(rows.insert(row.to_owned()), "{row} stands twice");
        let named: Vec<&str> = shown.split('`').skip(1).step_by(2).filter(|name| name.len() > 20).collect();
        let excused = ["not there, because", "not shown by a test", "the battery as a whole"];
        let says_why = excused.iter().any(|excuse| shown.contains(excuse));
        assert!(!named.is_empty() || says_why, "{row} names no test and no reason");
        for name in named {
            assert!(tests.contains(name), "{row}: there is no test `{name}`");
        }
    }
    let numbered = |kind: &str, last: u32| (1..=last).map(|number| format!("{kind}{number:02}")).collect::<Vec<_>>();
    let defects = (1..=23).map(|number| format!("W-E{number}")).collect();
    let expected = [numbered("E", 30), numbered("B", 19), numbered("P", 20), defects].concat().into_iter();
    let missing: Vec<String> = expected.filter(|row| !rows.contains(row)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}
