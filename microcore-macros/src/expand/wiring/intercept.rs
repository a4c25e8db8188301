//! What runs around a route: the interceptors whose scope it is in, nested in their order, as plain calls.
//!
//! In: code that answers into `response`, and the interceptors. Out: code that does so inside of them.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::decl::{Reads, Scope};
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::Standing;

/// The innermost interceptor stands next to `inner`.
/// `matched` is the route that they run around, as an `Option` where there may be none.
pub(super) fn around(standing: &[Standing<'_>], matched: &TokenStream, inner: TokenStream) -> TokenStream {
    standing.iter().rev().fold(inner, |inner, (plugin, decl)| {
        let field = plugin.field();
        let adapter = adapter_name(&decl.kind.to_string(), &decl.handler);
        let span = paths::shown_at(decl.handler.span());
        let auth = (decl.claims != Reads::No).then(|| quote!(, &self.tools.auth));
        let route = match (decl.route, &decl.scope) {
            (Reads::No, _) => None,
            (Reads::Maybe, scope) if !matches!(scope, Scope::All) => {
                Some(quote!(, ::core::option::Option::Some(#matched)))
            }
            _ => Some(quote!(, #matched)),
        };
        let run = match decl.kind.to_string().as_str() {
            "before" => {
                let check = quote_spanned!(span=> interceptor.#adapter(head #auth #route).await);
                quote! {
                    match #check {
                        Ok(()) => #inner,
                        Err(error) => *response = mc::failure(error),
                    }
                }
            }
            "after" => {
                let run =
                    quote_spanned!(span=> interceptor.#adapter(head #auth #route, ::core::mem::take(response)).await);
                quote!({ #inner; *response = #run; })
            }
            _ => {
                let run = quote_spanned!(span=> interceptor.#adapter(head #auth #route, next).await);
                quote! {
                    {
                        let next = async move {
                            let mut answered = mc::Response::default();
                            let response = &mut answered;
                            #inner;
                            answered
                        };
                        *response = #run;
                    }
                }
            }
        };
        // One that is off keeps its routes shut: who relies on it must not be without it.
        quote! {
            match self.plugins.#field.running() {
                Ok(interceptor) => #run,
                Err(down) => *response = mc::unavailable(down),
            }
        }
    })
}
