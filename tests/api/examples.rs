//! Every public name stands in an example that is compiled: in, the names of the facade, the pages, and the comments of the
//! crates behind it; out, the names that no example says.
//!
//! A name for which nobody finds an example is one that nobody needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The pages whose Rust blocks `tests/docs.rs` holds.
const PAGES: [&str; 3] = [".", "docs", "docs/guide"];
/// The crates whose names the facade lists, and the facade.
const CRATES: [&str; 5] =
    ["src", "microcore-core/src", "microcore-macros/src", "microcore-runtime/src", "microcore-tools/src"];
/// What may stand behind the fence of a block that rustdoc compiles.
const COMPILED: [&str; 5] = ["", "no_run", "rust", "should_panic", "standalone_crate"];

fn files(folder: &str, extension: &str, deep: bool, found: &mut Vec<PathBuf>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && deep {
            files(path.to_str().unwrap(), extension, deep, found);
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
}

/// Adds the words of the blocks that are compiled and shown: comments and hidden lines teach nobody.
fn words<'t>(lines: impl Iterator<Item = &'t str>, is_compiled: fn(&str) -> bool, found: &mut BTreeSet<String>) {
    let mut inside: Option<bool> = None;
    for line in lines {
        match (line.trim_start().strip_prefix("```"), inside) {
            (Some(_), Some(_)) => inside = None,
            (Some(language), None) => inside = Some(is_compiled(language)),
            (None, Some(true)) if !line.trim_start().starts_with("# ") => {
                let code = line.split("//").next().unwrap_or_default();
                let words =
                    code.split(|one: char| !one.is_alphanumeric() && one != '_').filter(|word| !word.is_empty());
                found.extend(words.map(str::to_owned));
            }
            (None, _) => {}
        }
    }
}

/// The lines of the documentation in a file of Rust.
fn documentation(text: &str) -> impl Iterator<Item = &str> {
    let comments = text.lines().map(str::trim_start);
    comments.filter_map(|line| line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))).map(|line| {
        // One blank follows the slashes; the rest is the example's own.
        line.strip_prefix(' ').unwrap_or(line)
    })
}

#[test]
fn every_public_name_has_an_example() {
    let mut said = BTreeSet::new();
    let (mut pages, mut sources) = (Vec::new(), Vec::new());
    for folder in PAGES {
        files(folder, "md", false, &mut pages);
    }
    for folder in CRATES {
        files(folder, "rs", true, &mut sources);
    }
    for page in pages {
        let is_rust = |language: &str| language.split(',').next() == Some("rust");
        words(fs::read_to_string(page).unwrap().lines(), is_rust, &mut said);
    }
    for source in sources {
        let is_compiled = |language: &str| language.split(',').all(|word| COMPILED.contains(&word));
        words(documentation(&fs::read_to_string(source).unwrap()), is_compiled, &mut said);
    }
    assert!(said.len() > 500, "the walk finds the examples");

    let mut names = BTreeSet::new();
    crate::names("src", "", &crate::file("src", "lib.rs"), &mut names);
    let is_said = |name: &&String| said.contains(name.rsplit("::").next().unwrap_or_default());
    let missing: Vec<_> = names.iter().filter(|name| !is_said(name)).map(String::as_str).collect();
    assert!(
        missing.is_empty(),
        "no compiled example says these: write one in the documentation of each, or take it out of the facade\n{}",
        missing.join("\n")
    );
}
