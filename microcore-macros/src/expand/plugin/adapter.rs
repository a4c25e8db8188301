//! One adapter per handler: reads what the handler takes, calls it, turns what it gives into what the caller needs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::call::{adapter_name, call};
use super::route;
use crate::decl::PluginDecl;
use crate::expand::paths;
use crate::parse::{Handler, Role};

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
