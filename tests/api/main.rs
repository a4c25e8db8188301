//! The names that the crates have which others depend on: in, their source; out, one line per name, compared with the
//! list that was agreed on.
//!
//! A name that is public stays for years. So a new one is a line in a diff that somebody reads.

#![allow(clippy::unwrap_used, reason = "tests")]

mod examples;
mod tools;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{Attribute, Item, UseTree, Visibility};

/// The one glob: the traits of the prelude with the derives of their names.
const DERIVES: &str = "crate::__private::derives";

fn file(folder: &str, name: &str) -> Vec<Item> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
    syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items
}

fn has(attributes: &[Attribute], words: &str) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => format!("{}({})", list.path.get_ident().unwrap(), list.tokens) == words,
        _ => false,
    })
}

/// The names of these items; a module without a body is a file.
fn names(folder: &str, module: &str, items: &[Item], found: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => leaves(module, "", &item.tree, found),
            Item::Mod(item) if matches!(item.vis, Visibility::Public(_)) && !has(&item.attrs, "doc(hidden)") => {
                let inner = format!("{module}{}::", item.ident);
                match &item.content {
                    Some((_, items)) => names(folder, &inner, items, found),
                    None => names(folder, &inner, &file(folder, &format!("{}.rs", item.ident)), found),
                }
            }
            Item::Use(_) | Item::Mod(_) => {}
            _ => panic!("the facade lists names and has no item of its own: look below `{module}`"),
        }
    }
}

fn leaves(module: &str, from: &str, tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => {
            let from = if from.is_empty() { path.ident.to_string() } else { format!("{from}::{}", path.ident) };
            leaves(module, &from, &path.tree, found);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(module, from, tree, found)),
        // A trait and its derive have one name.
        UseTree::Name(name) if name.ident == "Settings" => drop(found.insert(format!("{module}Settings"))),
        UseTree::Name(name) => assert!(found.insert(format!("{module}{}", name.ident)), "{module}{} twice", name.ident),
        UseTree::Rename(name) => assert!(found.insert(format!("{module}{}", name.rename)), "{} twice", name.rename),
        UseTree::Glob(_) => {
            assert_eq!((module, from), ("prelude::", DERIVES), "names are listed one by one");
            found.extend(
                ["Deserialize", "Schema", "Serialize", "Settings", "Validate"].map(|name| format!("{module}{name}")),
            );
        }
    }
}

/// One name a line.
fn listed(folder: &str) -> String {
    let mut found = BTreeSet::new();
    names(folder, "", &file(folder, "lib.rs"), &mut found);
    found.into_iter().collect::<Vec<_>>().join("\n")
}

#[test]
fn every_public_name_is_on_the_list() {
    insta::assert_snapshot!("names", listed("src"));
    insta::assert_snapshot!("names_for_tools", listed("microcore-tool/src"));
}
