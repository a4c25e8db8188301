//! What `#[queries]` declares: the SQL of an impl or a function that several plugins share.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::bracketed;
use syn::parse::{Parse, ParseStream};

use super::StatementDecl;

/// The statements of one item.
#[derive(Debug, Default)]
pub(crate) struct QueriesDecl {
    pub(crate) statements: Vec<StatementDecl>,
}

impl ToTokens for QueriesDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let statements = &self.statements;
        tokens.extend(quote!(queries [#(#statements)*]));
    }
}

impl Parse for QueriesDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        bracketed!(content in input);
        let mut statements = Vec::new();
        while !content.is_empty() {
            statements.push(content.parse()?);
        }
        Ok(Self { statements })
    }
}
