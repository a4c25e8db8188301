//! How a handler is called, and what its adapter is named.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::decl::shown;
use crate::expand::paths;
use crate::parse::Handler;

/// `__post_execute`, `__on_send`, `__reply_check`.
pub(crate) fn adapter_name(prefix: &str, handler: &Ident) -> Ident {
    format_ident!("__{prefix}_{}", shown(handler), span = handler.span())
}

/// The call of a handler as a future: a `fn` goes to the blocking pool, an `async fn` must be `Send`.
pub(crate) fn call(handler: &Handler, arguments: &TokenStream) -> TokenStream {
    let private = paths::private();
    let name = &handler.name;
    let call = if handler.is_async {
        // The span of the name: a handler that is not `Send` is reported there, once.
        quote!(#private::sendable(self.#name(#arguments)))
    } else {
        quote!(#private::on_blocking_pool(move || self.#name(#arguments)))
    };
    paths::all_shown_at(name.span(), call)
}
