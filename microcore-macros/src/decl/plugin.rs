//! A plugin's declaration: what the wiring must know of it, and nothing that needs the scope of its file.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitInt, LitStr, Path, Token, braced, bracketed};

use crate::decl::{PathPattern, StatementDecl};
use crate::errors::Errors;

/// One feature.
#[derive(Debug, Default)]
pub(crate) struct PluginDecl {
    pub(crate) routes: Vec<RouteDecl>,
    pub(crate) subscriptions: Vec<SubscriptionDecl>,
    /// Handlers of `#[reply(E)]`.
    pub(crate) replies: Vec<SubscriptionDecl>,
    /// Last segments of the event types that its source publishes.
    pub(crate) publishes: Vec<Ident>,
    /// The SQL that it gives to the tool `db` as literals.
    pub(crate) statements: Vec<StatementDecl>,
    pub(crate) on_boot: bool,
    pub(crate) on_shutdown: bool,
    /// Whether it had mistakes: the wiring leaves it out, so that no second error follows.
    pub(crate) broken: bool,
}

/// One route of one handler.
#[derive(Debug, Clone)]
pub(crate) struct RouteDecl {
    /// `get`, `post`, …, with the span of the attribute.
    pub(crate) method: Ident,
    pub(crate) path: PathPattern,
    pub(crate) handler: Ident,
}

/// One subscription, or one reply.
#[derive(Debug, Clone)]
pub(crate) struct SubscriptionDecl {
    /// As written in the attribute.
    pub(crate) event: Path,
    pub(crate) handler: Ident,
    pub(crate) inline: bool,
    pub(crate) retries: u32,
    /// Whether its author knows that it closes a ring of events.
    pub(crate) allow_ring: bool,
    /// What this handler publishes, itself or through functions of its plugin.
    pub(crate) publishes: Vec<Ident>,
}

impl SubscriptionDecl {
    /// The type's own name: what it is matched by.
    pub(crate) fn event_name(&self) -> &Ident {
        &self.event.segments.last().expect("a parsed path has a segment").ident
    }
}

impl ToTokens for PluginDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { routes, subscriptions, replies, publishes, statements, on_boot, on_shutdown, broken } = self;
        tokens.extend(quote! {
            plugin {
                [#(#routes)*] [#(#subscriptions)*] [#(#replies)*] [#(#publishes)*] [#(#statements)*]
                #on_boot #on_shutdown #broken
            }
        });
    }
}

impl Parse for PluginDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        braced!(content in input);
        Ok(Self {
            routes: all(&content)?,
            subscriptions: all(&content)?,
            replies: all(&content)?,
            publishes: all(&content)?,
            statements: all(&content)?,
            on_boot: content.parse::<LitBool>()?.value,
            on_shutdown: content.parse::<LitBool>()?.value,
            broken: content.parse::<LitBool>()?.value,
        })
    }
}

impl ToTokens for RouteDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { method, path, handler } = self;
        let literal = &path.literal;
        tokens.extend(quote!(#method #literal #handler));
    }
}

impl Parse for RouteDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let method = input.parse()?;
        let literal: LitStr = input.parse()?;
        // It was checked where it was declared; a broken one never gets here.
        let path = PathPattern::parse(&literal, &mut Errors::default())
            .ok_or_else(|| syn::Error::new(literal.span(), "unchecked path; this is a bug in microcore-macros"))?;
        Ok(Self { method, path, handler: input.parse()? })
    }
}

impl ToTokens for SubscriptionDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { event, handler, inline, retries, allow_ring, publishes } = self;
        tokens.extend(quote!(#event => #handler #inline #retries #allow_ring [#(#publishes)*]));
    }
}

impl Parse for SubscriptionDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let event = input.call(Path::parse_mod_style)?;
        input.parse::<Token![=>]>()?;
        Ok(Self {
            event,
            handler: input.parse()?,
            inline: input.parse::<LitBool>()?.value,
            retries: input.parse::<LitInt>()?.base10_parse()?,
            allow_ring: input.parse::<LitBool>()?.value,
            publishes: all(input)?,
        })
    }
}

/// Everything in the next pair of brackets.
fn all<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let content;
    bracketed!(content in input);
    let mut items = Vec::new();
    while !content.is_empty() {
        items.push(content.parse()?);
    }
    Ok(items)
}
