//! `#[queries]`: an impl or a function whose SQL several plugins share, or that stands beside a plugin's impl.

use proc_macro2::TokenStream;
use syn::{Ident, Item, Type};

use super::own_file::OwnFile;
use super::sql::{self, Statement};
use crate::decl::QueriesDecl;
use crate::errors::Errors;

/// The item, its name and its statements.
#[derive(Debug)]
pub(crate) struct QueriesItem {
    pub(crate) item: Item,
    pub(crate) name: Ident,
    pub(crate) statements: Vec<Statement>,
    pub(crate) decl: QueriesDecl,
}

impl QueriesItem {
    /// Reads it; where it is something else, that is the mistake.
    pub(crate) fn parse(arguments: &TokenStream, item: &TokenStream, errors: &mut Errors) -> Option<Self> {
        let help = "write `#[queries] impl Users { … }` or `#[queries] async fn by_id(db: &Db, id: i64) { … }`";
        if !arguments.is_empty() {
            errors.add(arguments, "MC0521", "`#[queries]` takes no arguments", help);
        }
        let Ok(item) = syn::parse2::<Item>(item.clone()) else {
            errors.add(item, "MC0521", "`#[queries]` must stand on an impl or a function", help);
            return None;
        };
        let name = match &item {
            Item::Fn(function) => Some(function.sig.ident.clone()),
            Item::Impl(item) => match &*item.self_ty {
                Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
                _ => None,
            },
            _ => None,
        };
        let Some(name) = name else {
            errors.add(&item, "MC0521", "`#[queries]` must stand on an impl or a function", help);
            return None;
        };
        let file = OwnFile::of(name.span());
        let is_ours = |path: &syn::Path| file.as_ref().is_none_or(|file| file.is_of_the_framework(path));
        // What is not there in every build is not in the chain either, and `app!` says so.
        let is_conditional = file.as_ref().is_some_and(OwnFile::is_conditional);
        let statements = match &item {
            _ if is_conditional => Vec::new(),
            Item::Fn(function) => sql::of_function(function, &is_ours),
            Item::Impl(item) => sql::of_impl(item, &is_ours),
            _ => Vec::new(),
        };
        let decl = QueriesDecl { statements: statements.iter().map(|statement| statement.decl.clone()).collect() };
        Some(Self { item, name, statements, decl })
    }
}
