//! A plugin's declaration: what the wiring must know of it, and nothing that needs the scope of its file.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitInt, LitStr, Path, Token, braced, bracketed, token};

use crate::decl::{InterceptorDecl, JobDecl, PathPattern, ScheduleDecl, StatementDecl};
use crate::errors::Errors;

/// One feature.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what a plugin has, each independent of the others")]
pub(crate) struct PluginDecl {
    pub(crate) routes: Vec<RouteDecl>,
    pub(crate) subscriptions: Vec<SubscriptionDecl>,
    /// Handlers of `#[reply(E)]`.
    pub(crate) replies: Vec<SubscriptionDecl>,
    /// Functions that run around routes.
    pub(crate) interceptors: Vec<InterceptorDecl>,
    /// Last segments of the event types that its source publishes.
    pub(crate) publishes: Vec<Ident>,
    /// The SQL that it gives to the tool `db` as literals.
    pub(crate) statements: Vec<StatementDecl>,
    /// Handlers of `#[cron]` and `#[every]`.
    pub(crate) schedules: Vec<ScheduleDecl>,
    /// Handlers of `#[job(E)]`.
    pub(crate) jobs: Vec<JobDecl>,
    /// Whether it lets events or jobs happen at times that it says while it runs.
    pub(crate) sets_timers: bool,
    pub(crate) on_boot: bool,
    pub(crate) on_shutdown: bool,
    /// Whether it had mistakes: the wiring leaves it out, so that no second error follows.
    pub(crate) broken: bool,
}

/// One route of one handler.
#[derive(Debug, Clone)]
pub(crate) struct RouteDecl {
    /// `get`, `post`, …, `sse`, `ws`, `mount`, with the span of the attribute.
    pub(crate) method: Ident,
    pub(crate) path: PathPattern,
    pub(crate) handler: Ident,
    /// Whether it reads a token: the wiring lends it the tool `auth`.
    pub(crate) guarded: bool,
    /// Whether something is made of the request for it: the wiring lends it the tools.
    pub(crate) extracts: bool,
    pub(crate) tag: Option<String>,
}

impl RouteDecl {
    /// The method that it answers: streams and sockets are opened with GET, and files are read with it.
    pub(crate) fn verb(&self) -> String {
        let attribute = self.method.to_string().to_uppercase();
        if matches!(attribute.as_str(), "SSE" | "WS" | "MOUNT") { "GET".to_owned() } else { attribute }
    }

    /// Whether it is a folder: its path ends in the rest, which is the name of a file.
    pub(crate) fn is_mount(&self) -> bool {
        self.method == "mount"
    }
}

/// One subscription, or one reply.
#[derive(Debug, Clone)]
pub(crate) struct SubscriptionDecl {
    /// As written in the attribute.
    pub(crate) event: Path,
    pub(crate) handler: Ident,
    pub(crate) inline: bool,
    pub(crate) retries: u32,
    /// The wait before the first repetition, in milliseconds.
    pub(crate) backoff: u64,
    /// The group that shares each event among its members.
    pub(crate) group: Option<LitStr>,
    /// With the span of the word: every process hears it.
    pub(crate) broadcast: Option<Ident>,
    /// Whether its author knows that it closes a ring of events.
    pub(crate) allow_ring: bool,
    /// What this handler publishes, itself or through functions of its plugin.
    pub(crate) publishes: Vec<Ident>,
}

impl SubscriptionDecl {
    /// A handler of this event without options.
    pub(crate) fn new(event: Path, handler: Ident) -> Self {
        Self {
            event,
            handler,
            inline: false,
            retries: 0,
            backoff: 0,
            group: None,
            broadcast: None,
            allow_ring: false,
            publishes: Vec::new(),
        }
    }

    /// The type's own name: what it is matched by.
    pub(crate) fn event_name(&self) -> &Ident {
        &self.event.segments.last().expect("a parsed path has a segment").ident
    }
}

impl ToTokens for PluginDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { routes, subscriptions, replies, interceptors, publishes, statements, schedules, .. } = self;
        let Self { jobs, sets_timers, on_boot, on_shutdown, broken, .. } = self;
        // Few plugins have one, and every token is copied at each link of the chain.
        let is_timed = !schedules.is_empty() || !jobs.is_empty();
        let schedules = is_timed.then(|| quote!([#(#schedules)*] [#(#jobs)*]));
        let timers = sets_timers.then(|| quote!(timers));
        tokens.extend(quote! {
            plugin {
                [#(#routes)*] [#(#subscriptions)*] [#(#replies)*] [#(#interceptors)*] [#(#publishes)*] [#(#statements)*]
                #schedules #timers #on_boot #on_shutdown #broken
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
            interceptors: all(&content)?,
            publishes: all(&content)?,
            statements: all(&content)?,
            schedules: if content.peek(token::Bracket) { all(&content)? } else { Vec::new() },
            jobs: if content.peek(token::Bracket) { all(&content)? } else { Vec::new() },
            sets_timers: content.peek(Ident) && content.parse::<Ident>().is_ok(),
            on_boot: content.parse::<LitBool>()?.value,
            on_shutdown: content.parse::<LitBool>()?.value,
            broken: content.parse::<LitBool>()?.value,
        })
    }
}

impl ToTokens for RouteDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { method, path, handler, guarded, extracts, tag } = self;
        let tag = tag.as_deref().unwrap_or_default();
        let literal = &path.literal;
        tokens.extend(quote!(#method #literal #handler #guarded #extracts #tag));
    }
}

impl Parse for RouteDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let method = input.parse()?;
        let literal: LitStr = input.parse()?;
        // It was checked where it was declared; a broken one never gets here.
        let path = PathPattern::parse(&literal, &mut Errors::default())
            .ok_or_else(|| syn::Error::new(literal.span(), "unchecked path; this is a bug in microcore-macros"))?;
        // A mount's may be a word of the language: `static`, of a constant `STATIC`.
        let (handler, guarded) = (input.call(Ident::parse_any)?, input.parse::<LitBool>()?.value);
        let extracts = input.parse::<LitBool>()?.value;
        let tag = Some(input.parse::<LitStr>()?.value()).filter(|tag| !tag.is_empty());
        Ok(Self { method, path, handler, guarded, extracts, tag })
    }
}

impl ToTokens for SubscriptionDecl {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { event, handler, inline, retries, backoff, group, broadcast, allow_ring, publishes } = self;
        // What is not asked for is not written: every token is copied at each link of the chain.
        let inline = inline.then(|| quote!(inline));
        let retries = (*retries > 0).then(|| quote!(retries #retries #backoff));
        let group = group.as_ref().map(|group| quote!(group #group));
        let broadcast = broadcast.as_ref().map(|word| quote!(#word));
        let allow_ring = allow_ring.then(|| quote!(allow_ring));
        tokens.extend(quote! {
            #event => #handler { #inline #retries #group #broadcast #allow_ring } [#(#publishes)*]
        });
    }
}

impl Parse for SubscriptionDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let event = input.call(Path::parse_mod_style)?;
        input.parse::<Token![=>]>()?;
        let mut decl = Self::new(event, input.parse()?);
        let options;
        braced!(options in input);
        while !options.is_empty() {
            let option: Ident = options.parse()?;
            match option.to_string().as_str() {
                "inline" => decl.inline = true,
                "retries" => {
                    decl.retries = options.parse::<LitInt>()?.base10_parse()?;
                    decl.backoff = options.parse::<LitInt>()?.base10_parse()?;
                }
                "group" => decl.group = Some(options.parse()?),
                "broadcast" => decl.broadcast = Some(option),
                _ => decl.allow_ring = true,
            }
        }
        decl.publishes = all(input)?;
        Ok(decl)
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
