//! The macros of MicroCore.
//!
//! Data flows one way: tokens → declaration → wiring graph → checks → code.

mod derive;

use proc_macro::TokenStream;

/// Reads a struct from a row, each field from the column of its name.
///
/// `#[row(rename = "…")]` on a field names another column.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    derive::row::expand_row(input.into()).into()
}
