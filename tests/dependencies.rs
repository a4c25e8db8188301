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

/// What the parser of cron expressions builds its own with: it is behind ours by one version of each. The other parsers of
/// five fields have the wrong Sunday, or miss the last day of December.
const TWICE: [&str; 4] = ["darling", "darling_core", "darling_macro", "syn"];

#[test]
fn the_template_is_built_from_few_crates_and_none_of_them_twice() {
    let crates = tree(&["--manifest-path", "app-template/Cargo.toml", "--edges", "normal,build"]);
    assert!(crates.len() <= MOST, "{} crates:\n{crates:#?}", crates.len());
    let names: BTreeSet<&str> = crates.iter().filter_map(|one| one.split(' ').next()).collect();
    let twice: Vec<&&str> = names
        .iter()
        .filter(|name| crates.iter().filter(|one| one.starts_with(&format!("{name} "))).count() > 1)
        .filter(|name| !TWICE.contains(name))
        .collect();
    assert!(twice.is_empty(), "in two versions: {twice:?}");
}

/// The most crates that `cargo install microcore-cli` compiles.
const MOST_OF_THE_COMMAND: usize = 60;

#[test]
fn the_command_is_built_from_few_crates() {
    let crates = tree(&["--package", "microcore-cli", "--edges", "normal,build"]);
    assert!(crates.len() <= MOST_OF_THE_COMMAND, "{} crates:\n{crates:#?}", crates.len());
}

#[test]
fn an_application_on_postgresql_compiles_no_sqlite() {
    let features = ["--package", "microcore", "--no-default-features", "--features", "postgres,sql-check"];
    let crates = tree(&[&features[..], &["--edges", "normal,build"]].concat());
    let sqlite: Vec<&String> = crates.iter().filter(|one| one.contains("sqlite")).collect();
    assert!(sqlite.is_empty(), "{sqlite:?}");
}

#[test]
fn an_application_that_speaks_http_1_alone_does_not_compile_http_2() {
    let compiled = |features: &str| {
        let chosen = ["--package", "microcore", "--no-default-features", "--features", features];
        tree(&[&chosen[..], &["--edges", "normal,build"]].concat()).iter().any(|one| one.starts_with("h2 "))
    };
    assert!(compiled("sqlite,http2"));
    assert!(!compiled("sqlite"));
}

/// The tools that are crates of their own, by the names of their folders.
fn tools() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("microcore-tools");
    let listed = std::fs::read_dir(folder).expect("there are tools").map(|entry| entry.expect("it can be read").path());
    let tools = listed.filter(|path| path.join("Cargo.toml").is_file());
    tools.map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_tool_that_drops_in_brings_no_other_cryptography_and_needs_no_compiler_of_c_plus_plus() {
    assert!(tools().len() > 2, "{:?}", tools());
    for tool in tools() {
        let package = format!("microcore-{tool}");
        let crates = tree(&["--package", &package, "--all-features", "--edges", "normal,build"]);
        let unwanted = ["aws-lc", "openssl ", "openssl-sys ", "native-tls ", "cmake ", "microcore-runtime "];
        // It answers requests, which no other tool does.
        let knows_the_runtime = tool == "sidecars";
        let unwanted = unwanted.into_iter().filter(|name| !(knows_the_runtime && *name == "microcore-runtime "));
        let found: Vec<&String> =
            crates.iter().filter(|one| unwanted.clone().any(|name| one.starts_with(name))).collect();
        assert!(found.is_empty(), "{package}: {found:?}");
    }
}

#[test]
fn the_page_about_releases_names_every_crate_that_is_published() {
    let text = cargo(&["metadata", "--locked", "--format-version", "1", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&text).expect("cargo prints JSON");
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/publishing.md")).expect("a page");
    let published = metadata["packages"].as_array().expect("there are packages").iter();
    // `publish = false` is an empty list of registries.
    let published = published.filter(|package| package["publish"].as_array().is_none_or(|names| !names.is_empty()));
    let names: Vec<&str> = published.filter_map(|package| package["name"].as_str()).collect();
    assert!(names.len() > 5, "the members are read: {names:?}");
    let missing: Vec<&&str> = names.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "not in docs/publishing.md: {missing:?}");
}
