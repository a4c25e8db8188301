//! What may be among the dependencies: their licences, their number, where they come from.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Those that let an application be sold without its source.
const LICENCES: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// The most crates that the first build of the template may have, itself included.
const MOST: usize = 150;

fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    let done = cargo.output().expect("cargo can be started");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("cargo prints text")
}

/// `name version` of what is compiled, by `cargo tree`.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let always = ["tree", "--locked", "--prefix", "none", "--format", "{p}"];
    let text = cargo(&[&always, arguments].concat());
    text.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" v").replace("vv", "v")).collect()
}

/// One of the alternatives is allowed, each with all of its parts: `(MIT OR Apache-2.0) AND Unicode-3.0`.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
    expression.split(" AND ").all(|part| part.split(" OR ").any(|one| LICENCES.contains(&one.trim())))
}

#[test]
fn every_crate_has_a_licence_that_users_can_live_with_and_is_from_the_registry() {
    let text = cargo(&["metadata", "--locked", "--format-version", "1", "--all-features"]);
    let metadata: Value = serde_json::from_str(&text).expect("cargo prints JSON");
    let shipped = tree(&["--package", "microcore", "--all-features", "--edges", "normal,build", "--target", "all"]);
    let packages = metadata["packages"].as_array().expect("there are packages");
    let mut wrong = Vec::new();
    for package in packages {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let name = format!("{} v{}", text("name"), text("version"));
        if !shipped.contains(&name) {
            continue;
        }
        if !is_allowed(text("license")) {
            wrong.push(format!("{name} has the licence `{}`", text("license")));
        }
        let ours = Path::new(text("manifest_path")).starts_with(env!("CARGO_MANIFEST_DIR"));
        if !ours && !text("source").starts_with("registry+") {
            wrong.push(format!("{name} is from `{}`", text("source")));
        }
    }
    assert!(shipped.len() > 100, "the tree is read: {}", shipped.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_template_is_built_from_few_crates_and_none_of_them_twice() {
    let crates = tree(&["--manifest-path", "app-template/Cargo.toml", "--edges", "normal,build"]);
    assert!(crates.len() <= MOST, "{} crates:\n{crates:#?}", crates.len());
    let names: BTreeSet<&str> = crates.iter().filter_map(|one| one.split(' ').next()).collect();
    let twice: Vec<&&str> = names
        .iter()
        .filter(|name| crates.iter().filter(|one| one.starts_with(&format!("{name} "))).count() > 1)
        .collect();
    assert!(twice.is_empty(), "in two versions: {twice:?}");
}

#[test]
fn an_application_on_postgresql_compiles_no_sqlite() {
    let features = ["--package", "microcore", "--no-default-features", "--features", "postgres,sql-check"];
    let crates = tree(&[&features[..], &["--edges", "normal,build"]].concat());
    let sqlite: Vec<&String> = crates.iter().filter(|one| one.contains("sqlite")).collect();
    assert!(sqlite.is_empty(), "{sqlite:?}");
}
