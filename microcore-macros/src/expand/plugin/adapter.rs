//! One adapter per handler: reads what the handler takes, calls it, turns what it gives into what the caller needs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::route;
use crate::decl::PluginDecl;
use crate::expand::paths;
use crate::parse::{Handler, Role};

/// `__post_execute`, `__on_send`, `__reply_check`.
pub(crate) fn adapter_name(prefix: &str, handler: &Ident) -> Ident {
    format_ident!("__{prefix}_{handler}", span = handler.span())
}

pub(crate) fn expand(handler: &Handler) -> TokenStream {
    let private = paths::private();
    match &handler.role {
        Role::Route { decl, inputs, status, .. } => route::expand(handler, decl, inputs, *status),
        Role::Subscription { decl, backoff } => {
            let adapter = adapter_name("on", &handler.name);
            let (event, name) = (&decl.event, &handler.name);
            if decl.inline {
                return quote! {
                    #[doc(hidden)]
                    #[inline]
                    pub(crate) fn #adapter(&self, published: &#private::Published<#event>, subscriber: &'static #private::Subscriber) {
                        published.inline(subscriber, |event| #private::Outcome::outcome(self.#name(event)));
                    }
                };
            }
            let retries = decl.retries;
            let backoff = u64::try_from(backoff.as_millis()).unwrap_or(u64::MAX);
            let call = call(handler, &quote!(&event));
            quote! {
                #[doc(hidden)]
                pub(crate) fn #adapter(&'static self, published: &#private::Published<#event>, subscriber: &'static #private::Subscriber) {
                    let retry = #private::Retry::new(#retries, #backoff);
                    published.deliver(subscriber, retry, move |event| async move { #private::Outcome::outcome(#call.await) });
                }
            }
        }
        Role::Reply { decl } => {
            let adapter = adapter_name("reply", &handler.name);
            let event = &decl.event;
            let call = call(handler, &quote!(&event));
            quote! {
                #[doc(hidden)]
                pub(crate) async fn #adapter(
                    &'static self,
                    event: ::std::sync::Arc<#event>,
                ) -> #private::Result<<#event as #private::Request>::Reply> {
                    #private::Answer::answer(#call.await)
                }
            }
        }
    }
}

/// The call of a handler as a future: a `fn` goes to the blocking pool, an `async fn` must be `Send`.
pub(crate) fn call(handler: &Handler, arguments: &TokenStream) -> TokenStream {
    let private = paths::private();
    let name = &handler.name;
    if handler.is_async {
        // The span of the name: a handler that is not `Send` is reported there, once.
        quote_spanned!(paths::shown_at(name.span())=> #private::sendable(self.#name(#arguments)))
    } else {
        quote_spanned!(paths::shown_at(name.span())=> #private::on_blocking_pool(move || self.#name(#arguments)))
    }
}

/// `on_boot` and `on_shutdown` where the plugin has them: private functions that the wiring can't reach by itself.
pub(crate) fn hooks(decl: &PluginDecl) -> TokenStream {
    let private = paths::private();
    let hooks = [("on_boot", decl.on_boot), ("on_shutdown", decl.on_shutdown)];
    hooks
        .into_iter()
        .filter(|(_, present)| *present)
        .map(|(hook, _)| {
            let (name, adapter) = (format_ident!("{hook}"), format_ident!("__{hook}"));
            quote! {
                #[doc(hidden)]
                pub(crate) async fn #adapter(&'static self) -> #private::Result<()> {
                    #private::Outcome::outcome(self.#name().await)
                }
            }
        })
        .collect()
}
