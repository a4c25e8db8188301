//! Names are held to the macros' own code.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

/// The rule itself: the file that the macros use.
#[path = "../../../microcore-macros/src/decl/name.rs"]
#[allow(dead_code, reason = "not all of it is asked here")]
mod macros;

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The quoted words behind a mark, up to its end.
fn listed(text: &str, from: &str, to: &str) -> Vec<String> {
    let (_, rest) = text.split_once(from).unwrap();
    let (list, _) = rest.split_once(to).unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn what_is_accepted_is_a_module_to_the_macros(name in "[a-zA-Z0-9_#. -]{0,12}|self|super|crate|_|type|move|async") {
        let taken = module("plugin", &name).is_ok();
        let theirs = macros::ident(&name, proc_macro2::Span::call_site());
        prop_assert!(!taken || theirs.is_some_and(|ident| ident == raw(&name)), "{}", name);
    }

    #[test]
    fn a_type_is_a_name_in_rust(name in "[a-z][a-z0-9_]{0,8}(\\.[a-z][a-z0-9_]{0,8}){0,3}") {
        if event(&name).is_ok() {
            prop_assert!(syn::parse_str::<syn::Ident>(&pascal(&name)).is_ok(), "{}", pascal(&name));
        }
    }

    #[test]
    fn snake_undoes_pascal(name in "[a-z]{2,6}(_[a-z]{2,6}){0,3}") {
        prop_assert_eq!(snake(&pascal(&name)), name);
    }
}

#[test]
fn words_of_the_language_are_modules_and_paths_are_not() {
    for right in ["users", "type", "a1", "a_b"] {
        module("plugin", right).unwrap();
    }
    for wrong in ["", "_", "self", "mod", "1a", "a-b", "Users", "ü", "a/b", "..", "a b"] {
        module("plugin", wrong).unwrap_err();
    }
    assert!(module("plugin", "Export-Users").unwrap_err().to_string().ends_with("help: write `export_users`"));
}

#[test]
fn the_names_that_are_taken_are_those_of_the_prelude_and_of_the_macros() {
    let prelude = source("src/prelude.rs") + &source("src/__private.rs");
    let derives = source("microcore-runtime/src/derives.rs");
    let mut names: Vec<String> = Vec::new();
    for line in source("src/prelude.rs").replace("\n    ", " ").replace("\n};", " };").lines() {
        let Some((_, list)) = line.strip_prefix("pub use ").and_then(|path| path.rsplit_once("::")) else { continue };
        names.extend(list.split(|char: char| !char.is_alphanumeric() && char != '_').map(str::to_owned));
    }
    let names = names.into_iter().filter(|name| name.starts_with(|char: char| char.is_ascii_uppercase()));
    for name in names {
        assert!(TAKEN_TYPES.contains(&name.as_str()), "`{name}` of the prelude is not in the list");
    }
    assert!(prelude.contains("Serialize") || derives.contains("Serialize"), "the derives are there");
    let app = source("microcore-macros/src/expand/app/mod.rs");
    // With and without the feature of the last one, which is quoted there too.
    let mut tools = listed(&app, "const BUILT_IN: &[&str]", "};");
    tools.retain(|name| name != "jobs");
    tools.extend(listed(&app, "const RESERVED: [&str; 6] = [", "];"));
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names.dedup();
        names
    };
    let ours = TAKEN_TOOLS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(sorted(tools), sorted(ours));
}

#[test]
fn events_and_paths_are_refused_with_what_to_write() {
    for right in ["user.created", "a", "a_b.c1.d"] {
        event(right).unwrap();
    }
    for wrong in ["", "User.created", "user..created", "event.x", "1.a", "error", "user-created", "result", "self"] {
        event(wrong).unwrap_err();
    }
    assert!(event("UserExported").unwrap_err().to_string().contains("write `user.exported`"));
    assert_eq!(path("/").unwrap(), []);
    assert_eq!(path("/users/{id}/f/{*rest}").unwrap(), [("id".to_owned(), false), ("rest".to_owned(), true)]);
    for wrong in
        ["users", "/a b", "/a?b", "/:id", "/<id>", "/{id", "/{a}/{a}", "/{*a}/b", "/{body}", "//", "/x{id}", "/{1}"]
    {
        path(wrong).unwrap_err();
    }
    assert!(path("/:id").unwrap_err().to_string().contains("`{id}`"));
    assert_eq!(nearest("user", ["users", "mail"]), Some("users"));
    assert_eq!(nearest("billing", ["users", "mail"]), None);
}
