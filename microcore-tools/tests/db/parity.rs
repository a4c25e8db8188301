//! The page that says which test holds what names only tests that there are.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_test_that_the_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/parity/data.md")).unwrap();
    let mut sources = Vec::new();
    files(&root.join("microcore-tools/tests/db"), &mut sources);
    files(&root.join("tests/ui"), &mut sources);
    files(&root.join("tests/template"), &mut sources);
    let texts: Vec<String> = sources.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    let exists = |name: &str| {
        let stands = format!("fn {name}");
        let case = sources.iter().any(|file| file.file_stem().is_some_and(|stem| stem == name));
        case || texts
            .iter()
            .any(|text| text.match_indices(&stands).any(|(at, _)| text[at + stands.len()..].starts_with(['<', '('])))
    };
    // A test's name is a sentence; other words in backquotes are shorter.
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let names: Vec<&str> = rows
        .flat_map(|row| row.split('`').skip(1).step_by(2))
        .filter(|name| name.matches('_').count() > 1 || name.starts_with("migration_"))
        .filter(|name| name.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_'))
        .collect();
    assert!(names.len() > 60, "the page names its tests");
    let contract = (1..=23).map(|number| format!("| D{number:02} |"));
    let absent: Vec<_> = contract
        .chain((1..=10).map(|number| format!("| W-D{number} |")))
        .filter(|row| !page.lines().any(|line| line.starts_with(row.as_str())))
        .collect();
    assert!(absent.is_empty(), "no row for {absent:?}");
    let nameless: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| D") || line.starts_with("| W-D"))
        .filter(|line| !line.contains("not there") && !names.iter().any(|name| line.contains(name)))
        .collect();
    assert!(nameless.is_empty(), "rows that name no test: {nameless:?}");
    let missing: Vec<_> = names.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
