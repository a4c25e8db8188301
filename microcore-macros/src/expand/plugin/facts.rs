//! What the manifest says about a plugin, as a constant beside it, where its types are in scope.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::input::{extracted, is_option, reading};
use super::route;
use crate::decl::shown;
use crate::errors::sentence;
use crate::expand::paths;
use crate::parse::{Handler, Input, InputKind, Mount, PluginImpl, Role, When, messages};

pub(crate) fn expand(plugin: &PluginImpl) -> TokenStream {
    let private = paths::private();
    let doc = &plugin.doc;
    let mut facts = TokenStream::new();
    let mut list = |name: &str, entries: Vec<TokenStream>| {
        if !entries.is_empty() {
            let name = Ident::new(name, Span::call_site());
            facts.extend(quote!(#name: &[#(#entries),*],));
        }
    };
    let routes = plugin.handlers.iter().filter_map(|handler| route(handler, &private));
    list("routes", routes.chain(plugin.mounts.iter().map(|of| mount(of, &private))).collect());
    list("subscriptions", plugin.handlers.iter().filter_map(|handler| subscription(handler, &private)).collect());
    list("replies", plugin.handlers.iter().filter_map(|handler| reply(handler, &private)).collect());
    list("schedules", plugin.handlers.iter().filter_map(|handler| schedule(handler, &private)).collect());
    list("jobs", plugin.handlers.iter().filter_map(|handler| job(handler, &private)).collect());
    list("publishes", plugin.decl.publishes.iter().map(|event| event.to_string().to_token_stream()).collect());
    quote! {
        pub(crate) const __FACTS: #private::PluginFacts = #private::PluginFacts { doc: #doc, #facts ..Self::__NEEDS };
    }
}

fn route(handler: &Handler, private: &TokenStream) -> Option<TokenStream> {
    let Role::Route { decl, inputs, output, status, tag, roles, media } = &handler.role else { return None };
    let method = decl.method.to_string().to_uppercase();
    let (path, name, doc) = (&decl.path.literal, shown(&handler.name), &handler.doc);
    let claims = inputs.iter().find(|input| input.kind == InputKind::Claims);
    let access = match claims {
        None if roles.is_empty() => quote!(Open),
        Some(claims) if roles.is_empty() && is_option(&claims.ty) => quote!(Optional),
        _ => quote!(Protected(&[#(#roles),*])),
    };
    let channel = inputs.iter().find(|input| input.kind == InputKind::Channel);
    let messages = channel.map(|channel| messages(&channel.ty)).unwrap_or_default();
    let received = messages.first().filter(|_| decl.method == "ws").map(|ty| {
        let reading = reading(ty);
        quote!(#reading.facts("socket", "socket"))
    });
    let protocols = messages.get(2).map(|ty| {
        let spoken = paths::all_shown_at(ty.span(), quote!(#private::spoken::<#ty>()));
        quote!(protocols: #spoken,)
    });
    let reads_headers = inputs.iter().any(|input| input.kind == InputKind::Headers);
    let reads_headers = reads_headers.then(|| quote!(reads_headers: true,));
    let extracts: Vec<_> = inputs.iter().filter(|input| input.kind == InputKind::Extract).map(extracted).collect();
    let extracts = (!extracts.is_empty()).then(|| quote!(extracts: &[#(#extracts::FACTS),*],));
    let inputs = inputs.iter().filter_map(|entry| input(entry, private)).chain(received);
    // What most routes leave out stands in the rest.
    let tag = tag.as_ref().map(|tag| quote!(tag: ::core::option::Option::Some(#tag),));
    let more = Some(&handler.more).filter(|more| !more.is_empty()).map(|more| quote!(more: #more,));
    let deprecated = handler.deprecated.then(|| quote!(deprecated: true,));
    let media = media.as_ref().map(|media| quote!(media: ::core::option::Option::Some(#media),));
    // What goes out is the second type of a socket, and the only one of a stream.
    let rest = match messages.get(1).or(messages.first()) {
        Some(sent) => {
            let status: u16 = if decl.method == "ws" { 101 } else { 200 };
            let sending = paths::all_shown_at(sent.span(), quote!(#private::sending::<#sent>()));
            quote!(status: #status, output: ::core::option::Option::Some(#sending), ..#private::RouteFacts::PLAIN)
        }
        None => {
            let replying = route::replying(output, *status);
            quote!(..#replying.facts())
        }
    };
    Some(quote! {
        #private::RouteFacts {
            method: #method,
            path: #path,
            handler: #name,
            doc: #doc,
            access: #private::Access::#access,
            inputs: &[#(#inputs),*],
            #extracts #tag #more #deprecated #media #protocols #reads_headers
            #rest
        }
    })
}

/// A media type is that of a reply that is not JSON: its type is asked, where the type is in scope.
pub(crate) fn media(handler: &Handler) -> Option<TokenStream> {
    let Role::Route { output, status, media: Some(media), .. } = &handler.role else { return None };
    let private = paths::private();
    let otherwise = sentence(
        "MC0713",
        format!("`{}` must not have a media type: its reply is JSON or nothing", handler.name),
        "remove `media`, or return `Media`, `Streamed`, `SendFile` or a `Response`",
    );
    let replying = route::replying(output, *status);
    // The call is shown at the media type; what the reply can't be is shown at its type.
    let place = paths::shown_at(media.span());
    let check = paths::all_shown_at(media.span(), quote!(#private::takes_media));
    let check = quote_spanned!(place=> #check(&#replying, #otherwise));
    Some(quote!(const _: () = #check;))
}

fn mount(mount: &Mount, private: &TokenStream) -> TokenStream {
    let Mount { doc, roles, decl, .. } = mount;
    let (path, name) = (&decl.path.literal, shown(&decl.handler));
    let access = if decl.guarded { quote!(Protected(&[#(#roles),*])) } else { quote!(Open) };
    let tag = decl.tag.as_ref().map(|tag| quote!(tag: ::core::option::Option::Some(#tag),));
    quote! {
        #private::RouteFacts {
            method: "MOUNT",
            path: #path,
            handler: #name,
            doc: #doc,
            access: #private::Access::#access,
            #tag
            ..#private::RouteFacts::PLAIN
        }
    }
}

pub(crate) fn input(input: &Input, private: &TokenStream) -> Option<TokenStream> {
    let ty = &input.ty;
    let name = match input.kind {
        InputKind::LastEventId => "last-event-id".to_owned(),
        _ => shown(&input.name),
    };
    let place = match input.kind {
        InputKind::Raw => return Some(quote!(#private::InputFacts::RAW)),
        InputKind::Text => return Some(quote!(#private::InputFacts::TEXT)),
        InputKind::Path => "path",
        InputKind::Query | InputKind::QueryStruct => "query",
        InputKind::Body => "body",
        InputKind::Form => "form",
        InputKind::Files => "files",
        InputKind::LastEventId => "header",
        InputKind::Headers
        | InputKind::Cookies
        | InputKind::Context
        | InputKind::Claims
        | InputKind::Extract
        | InputKind::Channel => {
            return None;
        }
    };
    if matches!(input.kind, InputKind::Body | InputKind::Form | InputKind::QueryStruct) {
        let reading = reading(ty);
        return Some(quote!(#reading.facts(#name, #place)));
    }
    Some(quote!(#private::InputFacts::of::<#ty>(#name, #place)))
}

fn subscription(handler: &Handler, private: &TokenStream) -> Option<TokenStream> {
    let Role::Subscription { decl, .. } = &handler.role else { return None };
    let (event, name, inline, retries) =
        (decl.event_name().to_string(), shown(&handler.name), decl.inline, decl.retries);
    Some(quote!(#private::SubscriptionFacts { event: #event, handler: #name, inline: #inline, retries: #retries }))
}

fn reply(handler: &Handler, private: &TokenStream) -> Option<TokenStream> {
    let Role::Reply { decl, .. } = &handler.role else { return None };
    let (event, name) = (decl.event_name().to_string(), shown(&handler.name));
    Some(quote!(#private::ReplyFacts { event: #event, handler: #name }))
}

fn job(handler: &Handler, private: &TokenStream) -> Option<TokenStream> {
    let Role::Job { decl, item } = &handler.role else { return None };
    let (event, name, doc) = (decl.event_name().to_string(), shown(&handler.name), &handler.doc);
    let crate::parse::JobItem { retries, backoff, timeout, within, latest, at_once, steps, .. } = item;
    let option = |given: Option<TokenStream>| match given {
        Some(given) => quote!(::core::option::Option::Some(#given)),
        None => quote!(::core::option::Option::None),
    };
    let unique = option(item.unique.as_ref().map(|fields| {
        let fields = fields.0.iter().map(shown);
        quote!(#private::Unique { fields: &[#(#fields),*], within: #within, latest: #latest })
    }));
    let key = option(item.key.as_ref().map(|key| shown(key).to_token_stream()));
    let rate = option(item.rate.map(|(count, per)| quote!(#private::Rate { count: #count, per: #per })));
    let blocking = !handler.is_async;
    Some(quote! {
        #private::JobFacts {
            event: #event,
            handler: #name,
            doc: #doc,
            retry: #private::Retry::new(#retries, #backoff),
            timeout: #timeout,
            blocking: #blocking,
            unique: #unique,
            key: #key,
            at_once: #at_once,
            rate: #rate,
            steps: &[#(#steps),*],
        }
    })
}

fn schedule(handler: &Handler, private: &TokenStream) -> Option<TokenStream> {
    let Role::Schedule { decl, item } = &handler.role else { return None };
    let (doc, name, own) = (&handler.doc, shown(&handler.name), decl.name.as_ref().map(syn::LitStr::value));
    let own = own.unwrap_or_default();
    let when = match &item.when {
        When::Cron { expression, zone, days } => {
            let zone = zone.as_ref().map(|zone| quote!(zone #zone));
            let days = days.as_ref().map(|days| quote!(days #days));
            quote!(#private::cron!(#expression #zone #days))
        }
        When::Every { interval, from_end } => {
            quote!(#private::When::Every { interval: #interval, from_end: #from_end })
        }
    };
    let late = match item.late {
        Some(late) => quote!(::core::option::Option::Some(#late)),
        None => quote!(::core::option::Option::None),
    };
    let crate::parse::ScheduleItem { missed, overlap, jitter, retries, backoff, timeout, .. } = item;
    let (broadcast, blocking) = (decl.broadcast, !handler.is_async);
    Some(quote! {
        #private::ScheduleFacts {
            handler: #name,
            name: #own,
            doc: #doc,
            when: #when,
            missed: #private::Missed::#missed,
            late: #late,
            overlap: #private::Overlap::#overlap,
            jitter: #jitter,
            retry: #private::Retry::new(#retries, #backoff),
            timeout: #timeout,
            broadcast: #broadcast,
            blocking: #blocking,
        }
    })
}
