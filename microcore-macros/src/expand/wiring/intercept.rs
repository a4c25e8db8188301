//! What runs around a route, a delivery or a run: the interceptors whose scope it is in, nested in their order, as plain
//! calls.
//!
//! In: code that answers into `response`, and the interceptors. Out: code that does so inside of them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use crate::decl::{Reads, Scope, shown};
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::{PluginNode, Standing};

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

/// Code that ends in a `Result<()>`, inside of the interceptors; `work` says what it is about.
pub(super) fn around_work(standing: &[Standing<'_>], inner: TokenStream) -> TokenStream {
    standing.iter().rev().fold(inner, |inner, (plugin, decl)| {
        let field = plugin.field();
        let adapter = adapter_name(&decl.kind.to_string(), &decl.handler);
        let span = paths::shown_at(decl.handler.span());
        let run = if decl.kind == "before" {
            let check = quote_spanned!(span=> interceptor.#adapter(work).await);
            quote! {
                match #check {
                    Ok(()) => #inner,
                    Err(error) => Err(error),
                }
            }
        } else {
            let run = quote_spanned!(span=> interceptor.#adapter(work, next).await);
            quote!({
                let next = async move { #inner };
                #run
            })
        };
        // Who asks before looks whether all of them are there; one that went since is a failed attempt.
        quote! {
            match self.plugins.#field.hearing() {
                Ok(interceptor) => #run,
                Err(down) => Err(down.to_error()),
            }
        }
    })
}

/// What the interceptor is told of a handler, as a static and the work that is under way.
pub(super) fn work(plugin: &PluginNode, handler: &str, name: &impl ToTokens, is_job: bool) -> TokenStream {
    let (domain, module) = (shown(&plugin.file.domain), shown(&plugin.file.module));
    quote! {
        static WORK: mc::WorkFacts =
            mc::WorkFacts { is_job: #is_job, name: #name, domain: #domain, plugin: #module, handler: #handler };
        let work = &mc::Work::under_way(&WORK);
    }
}

/// Behind the question whether a plugin is there: those without which its handlers are not called are there, too.
pub(super) fn all_there(standing: &[Standing<'_>]) -> TokenStream {
    let fields = standing.iter().map(|(plugin, _)| plugin.field());
    quote!(#(.and_then(|plugin| self.plugins.#fields.hearing().map(|_| plugin)))*)
}
