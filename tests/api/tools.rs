//! What authors of tools depend on, as the compiler sees it: in, `microcore-core`, whose names `microcore-tool` lists; out,
//! each public item with its signature.
//!
//! `microcore-tool` is depended on by a range of versions. So a line that goes or changes is a new major version, and no
//! type of another crate is part of it: that crate's versions would be part of ours.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use public_api::{Builder, tokens::Token};

/// The standard library, and itself.
const OURS: [&str; 4] = ["alloc", "core", "microcore_core", "std"];
/// What a path may begin with that is no crate.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8",
    "usize",
];

/// The compiler's description of a crate. It is there for the pinned compiler only, which must be told that we know.
fn described(package: &str) -> PathBuf {
    let root = env!("CARGO_MANIFEST_DIR");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from(root).join("target"), PathBuf::from);
    // Beside the pages that `cargo doc` writes: the description replaces them.
    let target = target.join("api");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &target);
    cargo.args(["rustdoc", "--quiet", "--locked", "--lib", "--package", package]);
    cargo.args(["--", "-Zunstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    let done = cargo.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    target.join("doc").join(format!("{}.json", package.replace('-', "_")))
}

#[test]
fn the_contract_of_tools_is_what_was_agreed_on() {
    let api = Builder::from_rustdoc_json(described("microcore-core"))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .unwrap();
    let items: Vec<_> = api.items().filter(|item| !item.to_string().contains("__private")).collect();
    assert!(items.len() > 100, "it is read: {items:?}");
    let lines: Vec<String> = items.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("contract_of_tools", lines.join("\n"));
    let tokens = items.iter().map(|item| item.tokens().collect::<Vec<_>>());
    let roots: BTreeSet<String> = tokens.flat_map(|tokens| roots(&tokens)).collect();
    let is_known = |root: &&str| OURS.contains(root) || PRIMITIVES.contains(root);
    let foreign: Vec<&str> = roots.iter().map(String::as_str).filter(|root| !is_known(root)).collect();
    assert!(roots.contains("microcore_core"), "paths are read: {roots:?}");
    assert!(foreign.is_empty(), "types of other crates, whose versions would be part of ours: {foreign:?}");
}

/// The crates that paths begin with.
fn roots(tokens: &[&Token]) -> Vec<String> {
    let is_path = |token: &Token| token.text() == "::";
    let begins = |at: usize| at == 0 || !is_path(tokens[at - 1]);
    let named = (0..tokens.len().saturating_sub(1)).filter(|at| begins(*at) && is_path(tokens[at + 1]));
    named.map(|at| tokens[at].text()).filter(|name| name.starts_with(char::is_lowercase)).map(str::to_owned).collect()
}
