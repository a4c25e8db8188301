//! An interceptor's declaration: when it runs, in which order, and around which routes.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, LitStr};

/// One function that runs around routes.
#[derive(Debug, Clone)]
pub(crate) struct InterceptorDecl {
    /// `before`, `after` or `around`.
    pub(crate) kind: Ident,
    pub(crate) handler: Ident,
    /// Smaller is further out.
    pub(crate) order: i32,
    pub(crate) scope: Scope,
    /// The first sentence of its documentation.
    pub(crate) doc: String,
}

/// Which routes.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Every request, those without a route included.
    All,
    /// The routes of one domain.
    Domain(LitStr),
    /// The routes with one tag.
    Tag(LitStr),
    /// The routes whose path begins with these segments.
    Path(LitStr),
}

impl ToTokens for InterceptorDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { kind, handler, order, scope, doc } = self;
        // A literal has no sign.
        let (minus, order) = (*order < 0, order.unsigned_abs());
        let scope = match scope {
            Scope::All => quote!(all ""),
            Scope::Domain(name) => quote!(domain #name),
            Scope::Tag(name) => quote!(tag #name),
            Scope::Path(prefix) => quote!(path #prefix),
        };
        tokens.extend(quote!(#kind #handler #minus #order #scope #doc));
    }
}

impl Parse for InterceptorDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (kind, handler) = (input.parse()?, input.parse()?);
        let minus = input.parse::<syn::LitBool>()?.value;
        let order: i64 = input.parse::<LitInt>()?.base10_parse()?;
        let order = i32::try_from(if minus { -order } else { order }).unwrap_or(i32::MAX);
        let (word, text): (Ident, LitStr) = (input.parse()?, input.parse()?);
        let scope = match word.to_string().as_str() {
            "domain" => Scope::Domain(text),
            "tag" => Scope::Tag(text),
            "path" => Scope::Path(text),
            _ => Scope::All,
        };
        let doc = input.parse::<LitStr>()?.value();
        Ok(Self { kind, handler, order, scope, doc })
    }
}
