//! A SQL statement that a plugin gives to the tool `db` as a literal.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, LitStr, Token};

use crate::fingerprint;

/// The statement and the call that it stands in.
#[derive(Debug, Clone)]
pub(crate) struct StatementDecl {
    /// The plugin's function that the call stands in.
    pub(crate) function: Ident,
    /// `query`, `execute`, …, with its span.
    pub(crate) method: Ident,
    /// The text, with the span of the literal.
    pub(crate) sql: LitStr,
    /// How many parameters the call gives; `None` where the source does not say.
    pub(crate) given: Option<usize>,
}

impl StatementDecl {
    /// Whether the call gives rows of a type that the statement's columns are compared with.
    pub(crate) fn gives_rows(&self) -> bool {
        ["query", "query_one", "query_optional"].iter().any(|method| self.method == method)
    }

    /// The name that the wiring gives to all statements of this text.
    pub(crate) fn key(&self) -> Ident {
        format_ident!("statement_{:016x}", fingerprint::of(&self.sql.value()))
    }
}

impl ToTokens for StatementDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { function, method, sql, given } = self;
        let given = match given {
            Some(given) => quote!(#given),
            None => quote!(_),
        };
        tokens.extend(quote!(#function #method #sql #given));
    }
}

impl Parse for StatementDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (function, method, sql) = (input.parse()?, input.parse()?, input.parse()?);
        let given = if input.peek(Token![_]) {
            input.parse::<Token![_]>()?;
            None
        } else {
            Some(input.parse::<LitInt>()?.base10_parse()?)
        };
        Ok(Self { function, method, sql, given })
    }
}
