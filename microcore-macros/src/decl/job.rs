//! The worker of a job: which event it takes, and which handler it calls.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Path, Token, braced};

/// One `#[job(ReportWanted, …)]`.
#[derive(Debug, Clone)]
pub(crate) struct JobDecl {
    /// As written in the attribute.
    pub(crate) event: Path,
    pub(crate) handler: Ident,
    /// Whether its adapter says what a job is unique by.
    pub(crate) unique: bool,
    /// Whether its adapter says the line that a job stands in.
    pub(crate) key: bool,
}

impl JobDecl {
    /// The type's own name: what it is matched by.
    pub(crate) fn event_name(&self) -> &Ident {
        &self.event.segments.last().expect("a parsed path has a segment").ident
    }
}

impl ToTokens for JobDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { event, handler, unique, key } = self;
        let unique = unique.then(|| quote!(unique));
        let key = key.then(|| quote!(key));
        tokens.extend(quote!(#event => #handler { #unique #key }));
    }
}

impl Parse for JobDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let event = input.call(Path::parse_mod_style)?;
        input.parse::<Token![=>]>()?;
        let handler = input.parse()?;
        let options;
        braced!(options in input);
        let mut decl = Self { event, handler, unique: false, key: false };
        while !options.is_empty() {
            let option: Ident = options.parse()?;
            decl.unique |= option == "unique";
            decl.key |= option == "key";
        }
        Ok(decl)
    }
}
