//! What runs around a route: the interceptors whose scope it is in, nested in their order, as plain calls.
//!
//! In: a future's expression, and the interceptors. Out: the expression that awaits it inside of them.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::Standing;

/// `inner` is a future; so is what comes out, and the innermost interceptor stands next to it.
pub(super) fn around(standing: &[Standing<'_>], inner: TokenStream) -> TokenStream {
    standing.iter().rev().fold(inner, |inner, (plugin, decl)| {
        let field = plugin.field();
        let adapter = adapter_name(&decl.kind.to_string(), &decl.handler);
        let span = paths::shown_at(decl.handler.span());
        let run = match decl.kind.to_string().as_str() {
            "before" => quote_spanned!(span=> mc::unless_refused(interceptor.#adapter(head), #inner).await),
            "after" => quote_spanned!(span=> interceptor.#adapter(head, #inner.await).await),
            _ => quote_spanned!(span=> interceptor.#adapter(head, #inner).await),
        };
        // One that is off keeps its routes shut: who relies on it must not be without it.
        quote! {
            async move {
                match self.plugins.#field.running() {
                    Ok(interceptor) => #run,
                    Err(down) => mc::unavailable(down),
                }
            }
        }
    })
}
