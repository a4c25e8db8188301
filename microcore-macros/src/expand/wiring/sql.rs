//! The SQL of all plugins, handed to the macro that checks it. That macro writes the rest of the module `sql`: a
//! function for each statement that is read from, and the facts of each plugin's statements.
//!
//! It is a macro of another crate, because it carries a whole SQLite: this one is built before everything else.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::meters;
use crate::decl::{StatementDecl, shown};
use crate::wiring::{FileKind, Sql, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let checker = if wiring.sql.is_looked_at() { "statements" } else { "unchecked_statements" };
    let checker = format_ident!("{checker}");
    let Sql { engine, checked, folder } = &wiring.sql;
    let migrations = wiring.migrations.iter().map(|migration| {
        let (domain, file) = (&migration.domain, &migration.file);
        quote!(#domain #file)
    });
    let plugins = wiring
        .plugins
        .iter()
        .map(|plugin| (plugin.identity(), &plugin.file.domain, plugin.name(), &plugin.decl.statements));
    let models =
        wiring.models.iter().map(|model| (model.identity(), &model.file.domain, model.name(), &model.statements));
    let holders: Vec<_> = plugins.chain(models).filter(|(.., statements)| !statements.is_empty()).collect();
    let all = holders.iter().flat_map(|(.., statements)| *statements);
    let read: BTreeSet<_> = all.filter(|statement| statement.gives_rows()).map(StatementDecl::key).collect();
    let read = read.iter();
    let holders = holders.iter().map(|(identity, domain, name, statements)| {
        let domain = shown(domain);
        let statements = statements.iter().map(|statement| {
            let key = statement.key();
            quote!(#key #statement)
        });
        quote!(#identity #domain #name [#(#statements)*])
    });
    let timers = timed(wiring).into_iter().map(|statement| timer(&statement.key, engine == "other"));
    quote! {
        /// What is known of the SQL in the plugins and models.
        pub mod sql {
            use super::mc;

            /// Each call of a statement goes through one of these.
            pub mod timed {
                use super::mc;

                #(#timers)*
            }

            mc::#checker! { #engine #checked #folder { #(#migrations)* } { #(#read)* } { #(#holders)* } }
        }
    }
}

/// A text of SQL, with the first that spells it out and everybody who does.
pub(super) struct Timed<'w> {
    pub(super) key: Ident,
    pub(super) decl: &'w StatementDecl,
    pub(super) holders: Vec<String>,
}

/// Every text once, in the order of those who spell it out.
pub(super) fn timed(wiring: &Wiring) -> Vec<Timed<'_>> {
    // A guest's statements are run by the tool `sidecars`, which knows them by their names.
    let plugins = wiring.plugins.iter().filter(|plugin| plugin.file.kind != FileKind::Guest);
    let plugins = plugins.map(|plugin| (plugin.name(), &plugin.decl.statements));
    let models = wiring.models.iter().map(|model| (model.name(), &model.statements));
    let mut places = BTreeMap::new();
    let mut timed: Vec<Timed<'_>> = Vec::new();
    for (name, decl) in plugins.chain(models).flat_map(|(name, all)| all.iter().map(move |decl| (name.clone(), decl))) {
        let key = decl.key();
        let place = *places.entry(key.clone()).or_insert(timed.len());
        if place == timed.len() {
            timed.push(Timed { key, decl, holders: Vec::new() });
        }
        if !timed[place].holders.contains(&name) {
            timed[place].holders.push(name);
        }
    }
    timed
}

/// What is none of the framework's databases need not give a future.
fn timer(key: &Ident, is_foreign: bool) -> TokenStream {
    let meter = meters::of_statement(key);
    if is_foreign {
        return quote! {
            #[inline]
            pub fn #key<Call>(call: Call) -> Call {
                call
            }
        };
    }
    quote! {
        #[inline]
        pub fn #key<Call>(call: Call) -> mc::Timed<Call> {
            mc::timed(&super::super::#meter, call)
        }
    }
}
