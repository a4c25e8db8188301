//! One `Dispatch` per event: its subscribers, called by field. One `Answers` per request: its one responder.

use proc_macro2::TokenStream;
use quote::quote;

use crate::decl::SubscriptionDecl;
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::{EventNode, PluginNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    wiring.events.iter().map(|event| one(wiring, event)).collect()
}

fn one(wiring: &Wiring, event: &EventNode) -> TokenStream {
    let ty = event.ty();
    // Subscribers in the publisher's task run first, so that what they decide is there when the others look.
    let (inline, spawned): (Vec<_>, Vec<_>) =
        wiring.subscribers(event).partition(|(_, subscription)| subscription.inline);
    let call = |(plugin, subscription): &(&PluginNode, &SubscriptionDecl)| {
        let field = plugin.field();
        let adapter = adapter_name("on", &subscription.handler);
        let subscriber = subscriber(event, plugin, subscription);
        quote! {
            if let Ok(plugin) = self.plugins.#field.running() {
                plugin.#adapter(published, { #subscriber });
            }
        }
    };
    let inline: Vec<_> = inline.iter().map(call).collect();
    let inline = (!inline.is_empty()).then(|| quote!(published.here(|| { #(#inline)* });));
    let spawned = spawned.iter().map(call);
    let answers = wiring.responders(event).next().filter(|_| event.decl.replied).map(|(plugin, reply)| {
        let (field, adapter) = (plugin.field(), adapter_name("reply", &reply.handler));
        let subscriber = subscriber(event, plugin, reply);
        // The span of the handler, so that a reply of another type is reported there.
        let call = paths::all_shown_at(reply.handler.span(), quote!(plugin.#adapter::<<#ty as mc::Request>::Reply>(event)));
        quote! {
            impl mc::Answers<#ty> for App {
                async fn answer(&'static self, request: &mc::Published<#ty>) -> mc::Result<<#ty as mc::Request>::Reply> {
                    let plugin = self.plugins.#field.running().map_err(mc::Down::to_error)?;
                    request.answered({ #subscriber }, |event| #call).await
                }
            }
        }
    });
    quote! {
        impl mc::Dispatch<#ty> for App {
            #[inline]
            fn dispatch(&'static self, published: &mc::Published<#ty>) {
                #inline
                #(#spawned)*
            }
        }
        #answers
    }
}

/// Who it is, for logs and dead letters.
fn subscriber(event: &EventNode, plugin: &PluginNode, subscription: &SubscriptionDecl) -> TokenStream {
    let identity = plugin.identity();
    let (name, handler) = (&event.decl.name, subscription.handler.to_string());
    quote! {
        static SUBSCRIBER: mc::Subscriber = mc::Subscriber { plugin: &#identity, handler: #handler, event: #name };
        &SUBSCRIBER
    }
}
