//! What an `#[sse]` or a `#[ws]` talks through: a parameter with a name and a type of its own.
//!
//! In: the handler. Out: the types of its messages, or what is wrong with it.

use std::ops::RangeInclusive;

use syn::{GenericArgument, Ident, ImplItemFn, PathArguments, Type};

use super::options::RouteOptions;
use super::{Input, InputKind, feature};
use crate::errors::Errors;

/// The parameter's name: `events`, `socket`; `None` for an ordinary route.
pub(crate) fn name(method: &Ident) -> Option<&'static str> {
    if method == "sse" {
        Some("events")
    } else if method == "ws" {
        Some("socket")
    } else {
        None
    }
}

/// `T` of `EventStream<T>`, `In` and `Out` of `Socket<In, Out>`, and the subprotocol where there is one.
pub(crate) fn messages(ty: &Type) -> Vec<&Type> {
    let Type::Path(path) = ty else { return Vec::new() };
    let Some(PathArguments::AngleBracketed(list)) = path.path.segments.last().map(|last| &last.arguments) else {
        return Vec::new();
    };
    let types = list.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The framework must have been built with it; the channel must be there, with its type; the handler must be able to
/// wait.
pub(super) fn check(
    method: &Ident,
    function: &ImplItemFn,
    inputs: &[Input],
    options: &RouteOptions,
    errors: &mut Errors,
) {
    let handler = &function.sig.ident;
    if method == "ws" && !feature::WS.serves(handler, method, errors) {
        return;
    }
    let (parameter, wanted) =
        if method == "sse" { ("events", "events: EventStream<T>") } else { ("socket", "mut socket: Socket<In, Out>") };
    let counts = if method == "sse" { 1..=1 } else { 2..=3 };
    match inputs.iter().find(|input| input.kind == InputKind::Channel) {
        None => errors.add(
            handler,
            "MC0706",
            format!("`{handler}` must take `{parameter}`: it is `#[{method}]`"),
            format!("write `{wanted}`; what is sent goes through it"),
        ),
        Some(channel) if !is_channel(&channel.ty, method, &counts) => errors.add(
            &channel.ty,
            "MC0706",
            format!(
                "`{parameter}` of `{handler}` must be {}",
                if method == "sse" { "an `EventStream<T>`" } else { "a `Socket<In, Out>`" }
            ),
            format!("write `{wanted}`, with the types of its messages"),
        ),
        Some(_) => {}
    }
    if function.sig.asyncness.is_none() {
        errors.add(
            function.sig.fn_token,
            "MC0707",
            format!("`{handler}` must be `async`: it is `#[{method}]`"),
            "it waits for its client; a `fn` would hold a thread as long as the client stays",
        );
    }
    if let Some(status) = &options.status {
        errors.add_at(
            status.span(),
            "MC0708",
            format!("`{handler}` must not have a status: it is `#[{method}]`"),
            "an open stream is 200 and an open socket is 101; return an error to refuse",
        );
    }
    if let Some(media) = &options.media {
        errors.add(
            media,
            "MC0713",
            format!("`{handler}` must not have a media type: it is `#[{method}]`"),
            "remove `media`; events are `text/event-stream`, and the messages of a socket are JSON",
        );
    }
}

fn is_channel(ty: &Type, method: &Ident, counts: &RangeInclusive<usize>) -> bool {
    let wanted = if method == "sse" { "EventStream" } else { "Socket" };
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == wanted) && counts.contains(&messages(ty).len())
}

/// What to do instead of reading a body on GET.
pub(super) fn instead_of_body(method: &Ident) -> &'static str {
    match name(method) {
        None => "read query parameters by name, or make it a `#[post]`",
        Some("events") => "read query parameters by name; a stream of events has no body of its own to read",
        Some(_) => "read query parameters by name; messages come through `socket.receive()`",
    }
}
