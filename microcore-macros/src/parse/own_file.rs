//! The plugin's own file, read as text: what a file may not say, because it would switch off the check of imports, what
//! else stands in it, and whose a name is that it imports.
//!
//! This is the one place where an attribute reads a file. A stale answer can't hide a mistake: rustc expands again
//! whenever the file changes, and an editor that gives no file name gets no answer at all.

use proc_macro2::Span;
use syn::Path;

use super::escape::{Escape, escapes};
use super::imports::Imports;
use crate::errors::Errors;
use crate::text::{Item, Piece, items, line_and_column, read};

/// The file in which a token stands.
#[derive(Debug)]
pub(crate) struct OwnFile {
    text: String,
    /// The items with `#[plugin]`, in order; `None` where the text can't be read.
    items: Option<Vec<MarkedItem>>,
    escapes: Vec<Escape>,
    /// Whether what it declares depends on `#[cfg]`, which is `app!`'s to report.
    is_conditional: bool,
    imports: Imports,
}

/// An item with `#[plugin]`.
#[derive(Debug)]
struct MarkedItem {
    /// `struct` or `impl`.
    kind: String,
    /// The type's name.
    name: String,
    /// Whether it is an impl with a function `new`.
    has_new: bool,
}

impl OwnFile {
    /// Reads it; `None` where the compiler does not say which file it is.
    pub(crate) fn of(span: Span) -> Option<Self> {
        // Outside of a compiler (in tests) there is no file to ask for.
        if !proc_macro::is_available() {
            return None;
        }
        let path = span.unwrap().local_file()?;
        std::fs::read_to_string(path).ok().map(Self::read)
    }

    fn read(text: String) -> Self {
        let pieces = read(&text);
        let (found, of_file) = pieces.as_deref().map(items).unzip();
        let of_file = of_file.unwrap_or_default();
        let depends = |item: &Item<'_, '_>| {
            let mark = item.attributes.iter().find(|one| one.name == "plugin" || one.name == "queries");
            mark.is_some_and(|mark| mark.is_conditional || item.has("cfg"))
        };
        let is_conditional =
            found.iter().flatten().any(depends) || of_file.iter().any(|attribute| attribute.name == "cfg");
        let marked = |items: &Vec<Item<'_, '_>>| items.iter().filter(|item| item.has("plugin")).map(marked).collect();
        let marked = found.as_ref().map(marked);
        let imports = found.as_deref().map(Imports::of).unwrap_or_default();
        let escapes = pieces.as_deref().map(escapes).unwrap_or_default();
        Self { items: marked, escapes, is_conditional, imports, text }
    }

    /// Refuses everything that would let an import of another plugin through.
    pub(crate) fn check_escapes(&self, place: Span, errors: &mut Errors) {
        for escape in &self.escapes {
            let (line, column) = line_and_column(&self.text, escape.at);
            errors.add_at(
                place,
                "MC0105",
                format!(
                    "a plugin file must not contain `{}`, as this one does at line {line}, column {column}",
                    escape.shown
                ),
                escape.help(),
            );
        }
    }

    /// The name of another plugin that stands in this file, before the one named `name`.
    pub(crate) fn earlier_plugin(&self, name: &str) -> Option<String> {
        let first = self.items.as_ref()?.first()?;
        (first.name != name).then(|| first.name.clone())
    }

    /// Whether `name` is a struct with `#[plugin]` in this file.
    pub(crate) fn has_plugin_struct(&self, name: &str) -> bool {
        self.has("struct", name)
    }

    /// Whether `name` has an impl with `#[plugin]` in this file.
    pub(crate) fn has_plugin_impl(&self, name: &str) -> bool {
        self.has("impl", name)
    }

    /// Whether `name` has both: a struct whose fields are its constructor, and an impl with a `new` of its own.
    pub(crate) fn has_two_constructors(&self, name: &str) -> bool {
        let items = self.items.as_deref().unwrap_or_default();
        let own = items.iter().filter(|item| item.name == name);
        own.clone().any(|item| item.kind == "struct") && own.clone().any(|item| item.has_new)
    }

    /// Whether what it declares is there in some builds only.
    pub(crate) fn is_conditional(&self) -> bool {
        self.is_conditional
    }

    /// Whether a type is the framework's, as far as the file says where its name comes from.
    pub(crate) fn is_of_the_framework(&self, path: &Path) -> bool {
        self.imports.are_of_the_framework(path)
    }

    /// A file that can't be read has the benefit of the doubt: the compiler says what is wrong with it.
    fn has(&self, kind: &str, name: &str) -> bool {
        self.items.as_ref().is_none_or(|items| items.iter().any(|item| item.kind == kind && item.name == name))
    }
}

fn marked(item: &Item<'_, '_>) -> MarkedItem {
    let is_new = |pair: &[Piece<'_>]| pair[0].is_word("fn") && pair[1].is_word("new");
    let has_new = item.kind == "impl" && item.body().windows(2).any(is_new);
    MarkedItem { kind: item.kind.to_owned(), name: item.name.to_owned(), has_new }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn refused(text: &str) -> Vec<String> {
        let mut errors = Errors::default();
        OwnFile::read(text.to_owned()).check_escapes(Span::call_site(), &mut errors);
        errors.messages()
    }

    #[test]
    fn an_escape_is_refused_with_its_own_line() {
        let text =
            "// allow(deprecated)\nuse a::path::B; const C: &str = \"\n\";\n#[path = \"other.rs\"]\nmod other;\n";
        let found = refused(text);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`#[path]`") && found[0].contains("line 4, column 3"), "{}", found[0]);
    }

    #[test]
    fn two_plugins_in_one_file_are_seen_and_a_struct_with_its_impl_is_one() {
        let one = OwnFile::read("#[plugin] pub struct A {} #[plugin] impl A {}".into());
        assert_eq!(one.earlier_plugin("A"), None);
        assert!(one.has_plugin_struct("A") && one.has_plugin_impl("A") && !one.has_plugin_impl("B"));
        assert!(!one.has_two_constructors("A"));
        let two = OwnFile::read("#[plugin] impl A {} #[plugin] impl B {}".into());
        assert_eq!(two.earlier_plugin("B").as_deref(), Some("A"));
        assert_eq!(two.earlier_plugin("A"), None);
        let generic = OwnFile::read(
            "#![allow(x)] #[a] struct Z; /// d\n#[microcore::plugin] #[b(c)] impl<F: Fn() -> u8> m::A<F> where F: C {}"
                .into(),
        );
        assert!(generic.has_plugin_impl("A") && !generic.has_plugin_struct("Z"));
        let both = OwnFile::read("#[plugin] pub struct A {} #[plugin] impl A { pub fn new() -> Self {} }".into());
        assert!(both.has_two_constructors("A"));
    }

    #[test]
    fn a_type_is_the_frameworks_where_its_import_says_so() {
        let file = |text: &str| OwnFile::read(text.to_owned());
        let (transaction, db): (Path, Path) = (parse_quote!(Transaction<'_>), parse_quote!(Db));
        assert!(file("use microcore::tools::db::{DbError, Transaction};").is_of_the_framework(&transaction));
        assert!(file("use microcore::tools::db::*;").is_of_the_framework(&transaction));
        assert!(file("use crate::prelude::*;").is_of_the_framework(&db));
        assert!(!file("use crate::prelude::*; use other::{x::Y, Transaction};").is_of_the_framework(&transaction));
        assert!(!file("use crate::prelude::*; struct Transaction;").is_of_the_framework(&transaction));
        assert!(!file("use crate::prelude::*; use other::*;").is_of_the_framework(&transaction));
        assert!(file("use other::*;").is_of_the_framework(&db));
        let (ours, theirs): (Path, Path) = (parse_quote!(db::Transaction), parse_quote!(sqlx::Transaction));
        let imported = file("use microcore::tools::db;");
        assert!(imported.is_of_the_framework(&ours) && !imported.is_of_the_framework(&theirs));
        assert!(file("").is_of_the_framework(&parse_quote!(microcore::tools::db::Transaction)));
    }
}
