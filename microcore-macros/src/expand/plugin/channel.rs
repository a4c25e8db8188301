//! How the adapter of an `#[sse]` or a `#[ws]` ends: in a call that lets the handler outlive the request.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;
use syn::spanned::Spanned;

use super::input::{reading, rules};
use crate::expand::paths;
use crate::parse::{Input, messages};

/// `answer_events(inputs, read, handler, response)`, or `answer_socket(inputs, read, rules, handler, response)`.
pub(super) fn answered(
    channel: &Input,
    read: &TokenStream,
    handler: &TokenStream,
    response: &Ident,
    place: Span,
) -> TokenStream {
    let private = paths::private();
    match messages(&channel.ty).as_slice() {
        [received, _, ..] => {
            let function = paths::all_shown_at(place, quote!(#private::answer_socket));
            let reading = reading(received);
            let rules = paths::all_shown_at(received.span(), rules(received, &quote!(#reading.read), &private));
            quote! {
                #[allow(unused_imports)]
                use #private::Unchecked as _;
                #function(#read, #rules, #handler, #response)
            }
        }
        _ => {
            let function = paths::all_shown_at(place, quote!(#private::answer_events));
            quote!(#function(#read, #handler, #response))
        }
    }
}
