//! The SQL of all plugins, handed to the macro that checks it. That macro writes the rest of the module `sql`: a
//! function for each statement that is read from, and the facts of each plugin's statements.
//!
//! It is a macro of another crate, because it carries a whole SQLite: this one is built before everything else.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::decl::{StatementDecl, shown};
use crate::wiring::{Sql, Wiring};

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
    quote! {
        /// What is known of the SQL in the plugins and models.
        pub mod sql {
            use super::mc;

            mc::#checker! { #engine #checked #folder { #(#migrations)* } { #(#read)* } { #(#holders)* } }
        }
    }
}
