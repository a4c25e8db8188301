//! A tool's declaration.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, braced};

/// A tool of the application's own.
#[derive(Debug)]
pub(crate) struct ToolDecl {
    pub(crate) ty: Ident,
    pub(crate) broken: bool,
}

impl ToTokens for ToolDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, broken } = self;
        tokens.extend(quote!(tool { #ty #broken }));
    }
}

impl Parse for ToolDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        braced!(content in input);
        Ok(Self { ty: content.parse()?, broken: content.parse::<LitBool>()?.value })
    }
}
