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
    /// Not inside of `sql_unchecked`. What is, only the live database is asked about.
    pub(crate) checked: bool,
    /// Where it stands, where its span does not say: `src/domains/…/plugin.toml:12`.
    pub(crate) place: Option<LitStr>,
}

impl StatementDecl {
    /// Whether the call gives rows of a type that the statement's columns are compared with.
    pub(crate) fn gives_rows(&self) -> bool {
        self.checked && ["query", "query_one", "query_optional"].iter().any(|method| self.method == method)
    }

    /// The name that the wiring gives to all statements of this text.
    pub(crate) fn key(&self) -> Ident {
        format_ident!("statement_{:016x}", fingerprint::of(&self.sql.value()))
    }
}

impl ToTokens for StatementDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { function, method, sql, given, checked, place } = self;
        let given = match given {
            _ if !checked => quote!(!),
            Some(given) => quote!(#given),
            None => quote!(_),
        };
        let place = place.as_ref().map(|place| quote!(@ #place));
        tokens.extend(quote!(#function #method #sql #given #place));
    }
}

impl Parse for StatementDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (function, method, sql) = (input.parse()?, input.parse()?, input.parse()?);
        let checked = input.parse::<Option<Token![!]>>()?.is_none();
        let says = checked && input.parse::<Option<Token![_]>>()?.is_none();
        let given = if says { Some(input.parse::<LitInt>()?.base10_parse()?) } else { None };
        let place = if input.parse::<Option<Token![@]>>()?.is_some() { Some(input.parse()?) } else { None };
        Ok(Self { function, method, sql, given, checked, place })
    }
}
