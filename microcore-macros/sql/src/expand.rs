//! What is known → the items of the wiring's module `sql`.

use std::collections::BTreeMap;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::checks::Known;
use crate::declared::{Application, Plugin};
use crate::errors::listed;
use crate::fingerprint;

pub(crate) fn expand(application: &Application, known: &[Known], tables: &str) -> TokenStream {
    let known: BTreeMap<&Ident, &Known> = known.iter().map(|known| (&known.key, known)).collect();
    let functions = application.read.iter().map(|key| {
        let known = known.get(key);
        let columns = known.and_then(|known| Some((known, known.prepared.columns.as_deref()?)));
        match columns.filter(|(_, columns)| !columns.is_empty()) {
            // rustc shows where the bound stands: that is the statement.
            Some((known, columns)) => all_shown_at(known.place, compared(key, columns)),
            None => passed_on(key),
        }
    });
    let facts = application.plugins.iter().map(|plugin| facts(plugin, &known));
    quote! {
        #(#functions)*
        #(#facts)*
        pub const TABLES: &str = #tables;
    }
}

/// The columns as a bound on the type of the rows: where it does not hold, rustc says our sentence at the call.
fn compared(key: &Ident, columns: &[String]) -> TokenStream {
    let count = columns.len();
    let fingerprint = fingerprint::of_names(columns.iter().map(String::as_str));
    let names = listed(columns.iter().map(String::as_str));
    let (these, fields) = if count == 1 { ("the column", "one value") } else { ("the columns", "as many values") };
    let message = format!(
        "`{{Self}}` must read {these} that the statement gives, {names}, and no others [MC0519]\n\
         help: give a struct a field for each (`#[row(rename = \"…\")]` where it has another name) and no more, or read a tuple of {fields}"
    );
    let label = format!("the statement gives {names}");
    // The trait has the function's name, and not one that all of them share: rustc would point to the others.
    quote! {
        #[allow(non_camel_case_types, reason = "see above")]
        #[diagnostic::on_unimplemented(message = #message, label = #label)]
        pub trait #key: mc::Row {}

        #[diagnostic::do_not_recommend]
        impl<Row: mc::Row<Reads: mc::Covers<#fingerprint, #count>>> #key for Row {}

        #[inline]
        pub fn #key<Given, Call>(call: Call) -> Call
        where
            Given: mc::Rows<Row: #key>,
            Call: ::core::future::Future<Output = ::core::result::Result<Given, mc::DbError>>,
        {
            call
        }
    }
}

/// Every token reported at `place` and resolved where it is.
fn all_shown_at(place: Span, code: TokenStream) -> TokenStream {
    let shown = code.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = token {
            token = Group::new(group.delimiter(), all_shown_at(place, group.stream())).into();
        }
        token.set_span(token.span().located_at(place));
        token
    });
    shown.collect()
}

/// A statement of which nothing is known.
fn passed_on(key: &Ident) -> TokenStream {
    quote! {
        #[inline]
        pub fn #key<Call>(call: Call) -> Call {
            call
        }
    }
}

fn facts(plugin: &Plugin, known: &BTreeMap<&Ident, &Known>) -> TokenStream {
    let identity = &plugin.identity;
    let facts = plugin.statements.iter().map(|statement| {
        let (sql, function, method) = (&statement.sql, statement.function.to_string(), statement.method.to_string());
        let known = known.get(&statement.key);
        let (reads, writes) = (known.map(|known| &known.reads[..]), known.map(|known| &known.writes[..]));
        let (reads, writes) = (reads.unwrap_or_default(), writes.unwrap_or_default());
        quote! {
            mc::StatementFacts {
                sql: #sql, function: #function, method: #method, reads: &[#(#reads),*], writes: &[#(#writes),*],
            }
        }
    });
    quote!(pub const #identity: &[mc::StatementFacts] = &[#(#facts),*];)
}
