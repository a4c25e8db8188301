//! One adapter per handler: reads what the handler takes, calls it, turns what it gives into what the caller needs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItem};

use super::call::{adapter_name, call};
use super::{interceptor, mount, route};
use crate::decl::JobDecl;
use crate::expand::paths;
use crate::parse::{Handler, JobItem, PluginImpl, Role};

pub(crate) fn expand(handler: &Handler) -> TokenStream {
    let private = paths::private();
    match &handler.role {
        Role::Route { decl, inputs, output, status, roles, .. } => {
            route::expand(handler, decl, inputs, output, *status, roles)
        }
        Role::Subscription { decl, .. } => {
            let adapter = adapter_name("on", &handler.name);
            let (event, name) = (&decl.event, &handler.name);
            if decl.inline {
                let run = quote!(#private::Outcome::outcome(self.#name(event)));
                let run = paths::all_shown_at(name.span(), run);
                return quote! {
                    #[inline]
                    pub(crate) fn #adapter(&self, event: &#event) -> #private::Result<()> {
                        #run
                    }
                };
            }
            let call = call(handler, &quote!(&event));
            let run = paths::all_shown_at(name.span(), quote!(#private::Outcome::outcome(#call.await)));
            quote! {
                pub(crate) fn #adapter(
                    &'static self,
                    event: ::std::sync::Arc<#event>,
                ) -> impl ::core::future::Future<Output = #private::Result<()>> + ::core::marker::Send {
                    async move { #run }
                }
            }
        }
        Role::Schedule { item, .. } => {
            let (adapter, name) = (adapter_name("tick", &handler.name), &handler.name);
            let argument = if item.takes_tick { quote!(&tick) } else { TokenStream::new() };
            let call = call(handler, &argument);
            let run = paths::all_shown_at(name.span(), quote!(#private::Outcome::outcome(#call.await)));
            quote! {
                #[allow(unused_variables, reason = "the handler may have no use for its tick")]
                pub(crate) fn #adapter(
                    &'static self,
                    tick: #private::Tick,
                ) -> impl ::core::future::Future<Output = #private::Result<()>> + ::core::marker::Send {
                    async move { #run }
                }
            }
        }
        Role::Job { decl, item } => job(handler, decl, item),
        Role::Interceptor { decl, inputs } => interceptor::expand(handler, decl, inputs),
        Role::Reply { decl, output } => {
            let adapter = adapter_name("reply", &handler.name);
            let event = &decl.event;
            let call = call(handler, &quote!(&event));
            let run =
                paths::all_shown_at(handler.name.span(), quote!(#private::Answer::<__Reply>::answer(#call.await)));
            // Which reply the event asks for is the wiring's to say: it calls this one with the event's own type.
            quote! {
                pub(crate) async fn #adapter<__Reply: ::core::marker::Send>(
                    &'static self,
                    event: ::std::sync::Arc<#event>,
                ) -> #private::Result<__Reply>
                where
                    #output: #private::Answer<__Reply>,
                {
                    #run
                }
            }
        }
    }
}

/// The call of a worker, and what it says of a job before it is stored.
fn job(handler: &Handler, decl: &JobDecl, item: &JobItem) -> TokenStream {
    let private = paths::private();
    let (adapter, name, event) = (adapter_name("job", &handler.name), &handler.name, &decl.event);
    let call = call(handler, &quote!(&job));
    let run = paths::all_shown_at(name.span(), quote!(#private::Outcome::outcome(#call.await)));
    let told = |prefix: &str, fields: &[Ident]| {
        let function = adapter_name(prefix, name);
        quote! {
            pub(crate) fn #function(event: &#event) -> ::core::option::Option<::std::string::String> {
                #private::key_of(&(#(&event.#fields,)*))
            }
        }
    };
    let unique = item.unique.as_ref().map(|fields| told("unique", &fields.0));
    let line = item.key.as_ref().map(|key| told("line", std::slice::from_ref(key)));
    quote! {
        pub(crate) fn #adapter(
            &'static self,
            run: #private::JobRun,
        ) -> impl ::core::future::Future<Output = #private::Result<()>> + ::core::marker::Send {
            async move {
                let job = #private::Job::<#event>::of(run)?;
                #run
            }
        }
        #unique
        #line
    }
}

/// `on_boot` and `on_shutdown` where the plugin has them: private functions that the wiring can't reach by itself.
/// The first also opens the plugin's folders.
pub(crate) fn hooks(plugin: &PluginImpl) -> TokenStream {
    let private = paths::private();
    let functions = || {
        plugin.item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(function) => Some(&function.sig.ident),
            _ => None,
        })
    };
    let hook = |hook: &str, first: TokenStream| {
        let adapter = format_ident!("__{hook}");
        let run = functions().find(|name| *name == hook).map(|name| {
            let run = quote!(#private::Outcome::outcome(#private::sendable(self.#name()).await));
            paths::all_shown_at(name.span(), run)
        });
        let run = match run {
            None if first.is_empty() => return None,
            None => quote!(::core::result::Result::Ok(())),
            Some(run) => run,
        };
        Some(quote! {
            pub(crate) async fn #adapter(&'static self) -> #private::Result<()> {
                #first
                #run
            }
        })
    };
    let folders = plugin.mounts.iter().map(mount::open).collect();
    [hook("on_boot", folders), hook("on_shutdown", TokenStream::new())].into_iter().flatten().collect()
}
