//! The macros of `MicroCore`.
//!
//! Data flows one way: tokens → declaration → wiring graph → checks → code.

use proc_macro::TokenStream;

mod derive;

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

/// Rules on the fields of a struct, in the `validator` crate's syntax.
#[proc_macro_derive(Validate, attributes(validate))]
pub fn validate(input: TokenStream) -> TokenStream {
    derive::expand_validate(input.into()).into()
}

/// A struct that is read from the environment.
#[proc_macro_derive(Settings, attributes(settings, setting))]
pub fn settings(input: TokenStream) -> TokenStream {
    derive::expand_settings(input.into()).into()
}
