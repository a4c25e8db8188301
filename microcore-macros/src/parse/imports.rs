//! Where the names of a file come from, as far as its `use`s say.

use std::collections::BTreeMap;

use syn::Path;
use syn::ext::IdentExt;

use crate::text::{Item, Piece};

/// The names that a file brings in or defines.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Each name, and whether it is the framework's.
    names: BTreeMap<String, bool>,
    /// Whether a `use other::*` may bring in more.
    has_foreign_glob: bool,
}

impl Imports {
    pub(super) fn of(items: &[Item<'_, '_>]) -> Self {
        let mut imports = Self::default();
        for item in items {
            match item.kind {
                "use" => {
                    let start = item.pieces.iter().position(|piece| piece.is_word("use")).map_or(0, |place| place + 1);
                    imports.add(&item.pieces[start..], &[]);
                }
                "struct" | "enum" | "union" | "trait" | "type" | "mod" => {
                    imports.names.insert(item.name.to_owned(), false);
                }
                _ => {}
            }
        }
        imports
    }

    /// One tree of a `use`, behind the path that leads to it.
    fn add(&mut self, tree: &[Piece<'_>], before: &[&str]) {
        for part in tree.split(|piece| piece.is_mark(',')) {
            let mut path = before.to_vec();
            path.extend(part.iter().filter_map(Piece::word).filter(|word| *word != "as"));
            if let Some(inside) = part.iter().find_map(|piece| piece.group('{')) {
                self.add(inside, &path);
            } else if part.iter().any(|piece| piece.is_mark('*')) {
                let is_known = ["crate", "super", "self"].contains(path.first().unwrap_or(&""));
                self.has_foreign_glob |= !is_known && !is_framework(&path);
            } else if let Some(name) = path.last() {
                self.names.insert((*name).to_owned(), is_framework(&path));
            }
        }
    }

    /// Whether a type is the framework's. One of which nothing is known is, unless a glob may have brought it in.
    pub(super) fn are_of_the_framework(&self, path: &Path) -> bool {
        let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match (words.as_slice(), words.first().and_then(|first| self.names.get(*first))) {
            (_, Some(known)) => *known,
            (["Db"], None) => true,
            ([_], None) => !self.has_foreign_glob,
            _ => is_framework(&words),
        }
    }
}

/// `microcore::tools::db::Transaction`, `crate::prelude::Db`.
fn is_framework(path: &[&str]) -> bool {
    matches!(path, ["microcore", ..] | ["crate", "prelude", ..])
}
