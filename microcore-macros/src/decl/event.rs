//! An event's declaration.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitStr, braced};

/// One event type and its name on the bus.
#[derive(Debug)]
pub(crate) struct EventDecl {
    pub(crate) ty: Ident,
    pub(crate) name: LitStr,
    /// Whether it is a request that a `#[reply]` answers.
    pub(crate) replied: bool,
    /// Whether it is a job that a `#[job]` works on.
    pub(crate) job: bool,
    pub(crate) broken: bool,
}

impl ToTokens for EventDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, name, replied, job, broken } = self;
        // Most events are none.
        let job = job.then(|| quote!(job));
        tokens.extend(quote!(event { #ty #name #replied #job #broken }));
    }
}

impl Parse for EventDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        braced!(content in input);
        Ok(Self {
            ty: content.parse()?,
            name: content.parse()?,
            replied: content.parse::<LitBool>()?.value,
            job: content.parse::<Option<Ident>>()?.is_some(),
            broken: content.parse::<LitBool>()?.value,
        })
    }
}
