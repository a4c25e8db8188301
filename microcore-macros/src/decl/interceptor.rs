//! An interceptor's declaration: when it runs, in which order, and around which routes, events and jobs.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, LitStr, bracketed};

/// One function that runs around others' handlers.
#[derive(Debug, Clone)]
pub(crate) struct InterceptorDecl {
    /// `before`, `after` or `around`.
    pub(crate) kind: Ident,
    pub(crate) handler: Ident,
    /// Smaller is further out.
    pub(crate) order: i32,
    pub(crate) scope: Scope,
    /// `GET`, `POST`: those of the scope's routes that answer one of these; empty is all of them.
    pub(crate) methods: Vec<LitStr>,
    /// Whether it reads a token: the wiring lends it the tool `auth`.
    pub(crate) claims: Reads,
    /// Whether it asks which route a request is for.
    pub(crate) route: Reads,
    /// The first sentence of its documentation.
    pub(crate) doc: String,
}

/// Whether something is an input, as the type of its parameter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    No,
    /// An `Option`.
    Maybe,
    Must,
}

impl Reads {
    const ALL: [Self; 3] = [Self::No, Self::Maybe, Self::Must];

    fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Must => "must",
        }
    }
}

impl ToTokens for Reads {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Ident::new(self.word(), Span::call_site()).to_tokens(tokens);
    }
}

impl Parse for Reads {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word: Ident = input.parse()?;
        Ok(Self::ALL.into_iter().find(|one| word == one.word()).unwrap_or(Self::No))
    }
}

/// Around what.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Every request, those without a route included.
    All,
    /// Every route.
    Routes,
    /// The routes of one domain.
    Domain(LitStr),
    /// The routes with one tag.
    Tag(LitStr),
    /// The routes whose path begins with these segments.
    Path(LitStr),
    /// Deliveries of events, runs of jobs, or both: of every handler, or of those of one domain.
    Work { events: bool, jobs: bool, domain: Option<LitStr> },
}

impl ToTokens for InterceptorDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { kind, handler, order, scope, methods, claims, route, doc } = self;
        // A literal has no sign.
        let (minus, order) = (*order < 0, order.unsigned_abs());
        let scope = match scope {
            Scope::All => quote!(all ""),
            Scope::Routes => quote!(routes ""),
            Scope::Domain(name) => quote!(domain #name),
            Scope::Tag(name) => quote!(tag #name),
            Scope::Path(prefix) => quote!(path #prefix),
            Scope::Work { events, jobs, domain } => {
                let word = match (events, jobs) {
                    (true, false) => quote!(events),
                    (false, true) => quote!(jobs),
                    _ => quote!(work),
                };
                match domain {
                    Some(domain) => quote!(#word #domain),
                    None => quote!(#word ""),
                }
            }
        };
        tokens.extend(quote!(#kind #handler #minus #order #scope [#(#methods)*] #claims #route #doc));
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
            "routes" => Scope::Routes,
            "domain" => Scope::Domain(text),
            "tag" => Scope::Tag(text),
            "path" => Scope::Path(text),
            around @ ("events" | "jobs" | "work") => Scope::Work {
                events: around != "jobs",
                jobs: around != "events",
                domain: Some(text).filter(|domain| !domain.value().is_empty()),
            },
            _ => Scope::All,
        };
        let listed;
        bracketed!(listed in input);
        let mut methods = Vec::new();
        while !listed.is_empty() {
            methods.push(listed.parse()?);
        }
        let (claims, route) = (input.parse()?, input.parse()?);
        let doc = input.parse::<LitStr>()?.value();
        Ok(Self { kind, handler, order, scope, methods, claims, route, doc })
    }
}
