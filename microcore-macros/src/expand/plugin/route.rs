//! The adapter of a route: inputs → handler → reply.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::call::{adapter_name, call};
use super::channel;
use super::input::{argument, extraction, is_lent_by_us, read, whole_body};
use crate::decl::RouteDecl;
use crate::expand::paths;
use crate::parse::{Handler, Input, InputKind};

pub(crate) fn expand(
    handler: &Handler,
    decl: &RouteDecl,
    inputs: &[Input],
    output: &Type,
    status: u16,
    roles: &[String],
) -> TokenStream {
    let private = paths::private();
    let adapter = adapter_name(&decl.method.to_string(), &handler.name);
    // Mixed-site names can't be seen by, nor collide with, the handler's own parameter names.
    let local = |name: &str| Ident::new(name, Span::mixed_site());
    let (head, body, reader, response) = (local("head"), local("body"), local("inputs"), local("response"));
    let segments: Vec<Ident> = decl.path.parameters().map(|name| local(&format!("{name}_segment"))).collect();
    // The body has a closure's parameter of its own: it is not waited for where something else is refused.
    let (extracted, inputs_left): (Vec<_>, Vec<_>) = inputs.iter().partition(|input| input.kind == InputKind::Extract);
    let (last, mut first): (Vec<_>, Vec<_>) =
        inputs_left.into_iter().partition(|input| input.kind.is_whole_body() || input.kind == InputKind::Channel);
    // What lasts outlives the request, so nothing of it may be borrowed.
    let lasts = last.first().is_some_and(|input| input.kind == InputKind::Channel);
    // Who asks comes first.
    first.sort_by_key(|input| (input.kind != InputKind::Claims, input.kind.is_body()));
    let guard = local("auth");
    let auth = decl.guarded.then(|| quote!(#guard: &'request #private::Slot<impl #private::Authenticate>,));
    let reads_claims = inputs.iter().any(|input| input.kind == InputKind::Claims);
    // Roles without `claims`: whoever has one may ask, and the handler does not care who.
    let checked = (!roles.is_empty() && !reads_claims)
        .then(|| quote!(let #guard = #reader.claims::<#private::IgnoredAny>(#guard, true, &[#(#roles),*]);));
    let checked_name = checked.as_ref().map(|_| quote!(#guard?;));
    // What is extracted is waited for, so it is there before the others are read, and behind the token.
    let is_early = |input: &&&Input| !extracted.is_empty() && input.kind == InputKind::Claims;
    let early = first.iter().filter(is_early).map(|input| read(input, &reader, &guard, roles, lasts, &private));
    let early: Vec<_> = early.collect();
    let reads = first.iter().filter(|input| !is_early(input));
    let reads = reads.map(|input| read(input, &reader, &guard, roles, lasts, &private));
    let names: Vec<_> = first.iter().chain(&extracted).map(|input| &input.name).collect();
    let (checked_early, checked) = if extracted.is_empty() { (None, checked) } else { (checked, None) };
    let read =
        quote!(move |#reader| { #checked #(#reads)* #checked_name ::core::option::Option::Some((#(#names?,)*)) });
    let tools = local("tools");
    let wiring = paths::wiring();
    let lent_tools = (!extracted.is_empty()).then(|| quote!(#tools: &'static #wiring::Tools,));
    let extractions = extracted.iter().map(|input| extraction(input, &reader, &tools));
    let prepared = (!extracted.is_empty()).then(|| {
        // Read by reference here, as behind the adapter's own closure.
        quote! {
            let mut #reader = #private::Inputs::new(#head, #body);
            #checked_early
            #(#early)*
            #(#extractions)*
        }
    });
    let arguments = inputs.iter().map(|input| argument(input, lasts));
    let mut call = call(handler, &quote!(#(#arguments),*));
    if lasts {
        let run = quote!(async move { #private::Outcome::outcome(#call.await) });
        call = paths::all_shown_at(handler.name.span(), run);
    } else if inputs.iter().any(is_lent_by_us) {
        // What the handler borrows lives in this block.
        call = quote!(async move { #call.await });
    }
    let place = handler.name.span();
    let inputs_of = if extracted.is_empty() { quote!(#private::Inputs::new(#head, #body)) } else { quote!(#reader) };
    let replying = replying(output, status);
    let answer = |name: &str, arguments: TokenStream| {
        let name = Ident::new(name, Span::call_site());
        let function = paths::all_shown_at(place, quote!(#private::#name));
        quote!(#function(#replying, #arguments, #response))
    };
    let (head, body, answered) =
        match (last.first(), first.is_empty() && checked_name.is_none() && extracted.is_empty()) {
            (Some(channel), _) if lasts => {
                let name = &channel.name;
                let handler = quote!(move |(#(#names,)*), #name| #call);
                let answered = channel::answered(channel, &quote!(#inputs_of, #read), &handler, &response, place);
                (quote!(#head), quote!(#body), answered)
            }
            (Some(last), _) => {
                let (whole, way) = (&last.name, whole_body(last, &private));
                let handler = quote!(move |(#(#names,)*), #whole| #call);
                let answered = answer("answer_body", quote!(#inputs_of, #read, #way, #handler));
                // A type without rules or without a search of its own has the fallback's.
                let fallback = quote!(#[allow(unused_imports)] use #private::Unchecked as _;);
                (quote!(#head), quote!(#body), quote!(#fallback #answered))
            }
            (None, false) => {
                let handler = quote!(move |(#(#names,)*)| #call);
                (quote!(#head), quote!(#body), answer("answer_head", quote!(#inputs_of, #read, #handler)))
            }
            (None, true) => (quote!(_), quote!(_), answer("answer", call)),
        };
    let answered = match prepared {
        None => answered,
        Some(prepared) => quote!(async move { #prepared #answered.await }),
    };
    // The type says `Send`: the router, which holds all of these, need not look into any. That it holds is asked for
    // twice, here and by `sendable`, and said once: in the same place.
    let future = quote!(impl ::core::future::Future<Output = ()> + ::core::marker::Send + 'request);
    let future = paths::all_shown_at(place, future);
    quote! {
        pub(crate) fn #adapter<'request>(
            &'static self,
            #head: &'request #private::Head,
            #body: #private::Body,
            #auth
            #lent_tools
            #(#segments: &'request str,)*
            #response: &'request mut #private::Response,
        ) -> #future {
            #answered
        }
    }
}

/// `replying::<__Replies, _, Result<User>>(201)`, in the shape that `app!` picks; at the type, so that one that can't be a reply is reported there, once.
pub(super) fn replying(output: &Type, status: u16) -> TokenStream {
    let (private, prelude) = (paths::private(), paths::prelude());
    paths::all_shown_at(output.span(), quote!(#private::replying::<#prelude::__Replies, _, #output>(#status)))
}
