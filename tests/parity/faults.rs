//! The tables of faults that were found in use, and of what holds while an application changes: each row names the tests
//! that hold the right value, or says why none does.

use std::collections::BTreeSet;
use std::fs;

use crate::http::{files, root, tests};

/// The cases of the batteries: functions without an attribute, which a macro makes a test of per backend.
fn cases() -> BTreeSet<String> {
    let mut sources = Vec::new();
    for folder in ["microcore-tools/tests/db", "microcore-tools/src", "tests/events", "tests/sidecars"] {
        files(&root().join(folder), "rs", &mut sources);
    }
    let texts = sources.iter().map(|source| fs::read_to_string(source).unwrap());
    let names = texts.flat_map(|text| {
        let names = text.split("fn ").skip(1).filter_map(|rest| rest.split(['<', '(']).next().map(str::to_owned));
        names.collect::<Vec<_>>()
    });
    names.collect()
}

/// A page, and the rows that it must have.
fn pages() -> [(&'static str, Vec<String>); 5] {
    let numbered = |kind: &str, last: u32| (1..=last).map(|number| format!("{kind}{number}")).collect::<Vec<_>>();
    let wanted = (1..=10).map(|number| format!("wanted {number}"));
    [
        ("faults_http", [numbered("W", 18), numbered("S", 2), wanted.collect()].concat()),
        ("faults_data", numbered("D", 23)),
        ("faults_review", [numbered("bug ", 20), numbered("smaller ", 13)].concat()),
        ("guests", [numbered("L", 7), numbered("U", 8), numbered("G", 18), numbered("F", 3)].concat()),
        ("faults_realworld", [numbered("R", 12), numbered("A", 11)].concat()),
    ]
}

#[test]
fn every_fault_names_the_tests_that_hold_its_right_value_or_says_why_none_does() {
    let (mut tests, mut wrong) = (tests(), Vec::new());
    tests.extend(cases());
    for (page, rows) in pages() {
        let text = fs::read_to_string(root().join(format!("docs/parity/{page}.md"))).unwrap();
        let mut seen = BTreeSet::new();
        let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row"));
        for line in lines {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [row, _, shown] = cells[..] else { panic!("{page}: three cells: {line}") };
            seen.extend(row.split(", ").map(str::to_owned));
            // A test's name is a sentence; what else stands in backquotes is shorter.
            let named: Vec<&str> =
                shown.split('`').skip(1).step_by(2).filter(|name| name.matches('_').count() > 2).collect();
            let explained = ["not there: ", "measured: ", "documented: "].iter().any(|why| shown.contains(why));
            let unknown: Vec<_> = named.iter().filter(|name| !tests.contains(**name)).collect();
            if !unknown.is_empty() || (named.is_empty() && !explained) {
                wrong.push(format!("{page}: {row}: {unknown:?}"));
            }
        }
        wrong.extend(rows.iter().filter(|row| !seen.contains(*row)).map(|row| format!("{page}: no row {row}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
