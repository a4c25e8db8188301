//! A schedule: which handler it calls, and what it is called.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr};

use super::shown;

/// One `#[cron]` or `#[every]`.
#[derive(Debug, Clone)]
pub(crate) struct ScheduleDecl {
    pub(crate) handler: Ident,
    /// Where it has a name of its own.
    pub(crate) name: Option<LitStr>,
    /// Every process runs it, and nothing is stored.
    pub(crate) broadcast: bool,
}

impl ScheduleDecl {
    /// `users.purge_unconfirmed.nightly`, unless it has a name of its own.
    pub(crate) fn name_in(&self, plugin: &str) -> String {
        self.name.as_ref().map_or_else(|| format!("{plugin}.{}", shown(&self.handler)), LitStr::value)
    }
}

impl ToTokens for ScheduleDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { handler, name, broadcast } = self;
        let broadcast = broadcast.then(|| quote!(*));
        tokens.extend(quote!(#handler #name #broadcast));
    }
}

impl Parse for ScheduleDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let handler = input.parse()?;
        let name = input.peek(LitStr).then(|| input.parse()).transpose()?;
        let broadcast = input.parse::<Option<syn::Token![*]>>()?.is_some();
        Ok(Self { handler, name, broadcast })
    }
}
