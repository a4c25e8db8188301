//! The macros of MicroCore: declarations in, a wired application out.
//!
//! ```text
//! tokens ──parse──▶ declaration ──chain, wiring──▶ graph ──checks──▶ ──expand──▶ code
//! ```
//!
//! An implementation detail of `microcore`, where each macro is documented with examples.

mod checks;
mod decl;
mod derive;
mod discover;
mod entry;
mod errors;
mod expand;
mod fingerprint;
#[cfg(feature = "sidecars")]
mod guests;
mod parse;
#[cfg(test)]
mod tests;
mod text;
mod wiring;

use proc_macro::TokenStream;

/// Declares a plugin: one feature in one file.
#[proc_macro_attribute]
pub fn plugin(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::plugin(arguments.into(), item.into()).into()
}

/// Declares an event: one contract in one file.
#[proc_macro_attribute]
pub fn event(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::event(arguments.into(), item.into()).into()
}

/// Declares a tool: infrastructure behind a name.
#[proc_macro_attribute]
pub fn tool(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::tool(arguments.into(), item.into()).into()
}

/// Marks SQL outside of a plugin's impl, so that it is checked like the one inside.
#[proc_macro_attribute]
pub fn queries(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::queries(arguments.into(), item.into()).into()
}

/// Makes a type of a request, for the handlers that take it with `#[extract]` before a parameter.
#[proc_macro_attribute]
pub fn extract(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::extract(&arguments.into(), item.into()).into()
}

/// A test whose parameters are tools; `#[microcore::test(MAIL_FROM = "a@example.com")]` sets settings for it.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(arguments.into(), item.into()).into()
}

/// Wires the application from its folders.
#[proc_macro]
pub fn app(input: TokenStream) -> TokenStream {
    entry::app(input.into()).into()
}

/// The end of a group's chain. Called by generated code only.
#[doc(hidden)]
#[proc_macro]
pub fn collect(input: TokenStream) -> TokenStream {
    entry::collect(input.into()).into()
}

/// The end of the application's chain. Called by generated code only.
#[doc(hidden)]
#[proc_macro]
pub fn wire(input: TokenStream) -> TokenStream {
    entry::wire(input.into()).into()
}

/// Lists the public methods of an impl as facts, for a tool whose contract is implemented elsewhere.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn methods(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::methods(item.into()).into()
}

/// Reads a struct from a row, each field from the column of its name.
///
/// `#[row(rename = "…")]` on a field names another column.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    derive::row::expand_row(input.into()).into()
}

/// `serde::Serialize`, without `serde` among the dependencies.
#[proc_macro_derive(Serialize, attributes(serde))]
pub fn serialize(input: TokenStream) -> TokenStream {
    derive::expand_serialize(input.into()).into()
}

/// `serde::Deserialize`, and the search for every mistake in a body that was refused.
#[proc_macro_derive(Deserialize, attributes(serde))]
pub fn deserialize(input: TokenStream) -> TokenStream {
    derive::expand_deserialize(input.into()).into()
}

/// `schemars::JsonSchema`, without `schemars` among the dependencies; `#[validate(…)]` shows in the schema.
#[proc_macro_derive(Schema, attributes(schemars, serde, validate))]
pub fn schema(input: TokenStream) -> TokenStream {
    derive::expand_schema(input.into()).into()
}

/// Rules on the fields of a struct, in the syntax of the crate `validator`.
#[proc_macro_derive(Validate, attributes(validate))]
pub fn validate(input: TokenStream) -> TokenStream {
    derive::expand_validate(input.into()).into()
}

/// A plugin's own meters: counters, gauges and histograms, each under the name of its field.
#[proc_macro_derive(Meters, attributes(meters, meter))]
pub fn meters(input: TokenStream) -> TokenStream {
    derive::expand_meters(input.into()).into()
}

/// An enum as the label of a meter: its variants are all the values that there are.
#[proc_macro_derive(Label)]
pub fn label(input: TokenStream) -> TokenStream {
    derive::expand_label(input.into()).into()
}

/// A struct that is read from the environment.
#[proc_macro_derive(Settings, attributes(settings, setting))]
pub fn settings(input: TokenStream) -> TokenStream {
    derive::expand_settings(input.into()).into()
}
