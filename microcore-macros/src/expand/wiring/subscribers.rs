//! `Subscribers`: the application's subscribers by number, and by the names that stores keep. A stored event comes back
//! through `receive`, a `match` whose arms read one type and call one handler.

use proc_macro2::TokenStream;
use quote::quote;

use super::dispatch::{group_name, handle, is_group};
use crate::expand::plugin::adapter_name;
use crate::wiring::{SubscriberNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let subscribers = wiring.all_subscribers();
    let handles = subscribers.iter().map(handle);
    let named = subscribers.iter().map(|subscriber| {
        let (event, name, handle) = (&subscriber.event.decl.name, subscriber.name(), handle(subscriber));
        quote!((#event, #name) => Some(&#handle))
    });
    let of = wiring.every_event().map(|event| {
        let (name, ty) = (&event.decl.name, event.ty());
        quote!(#name => <Self as mc::Dispatch<#ty>>::SUBSCRIBERS)
    });
    let running = subscribers.iter().map(|subscriber| {
        let number = subscriber.number;
        let fields = subscriber.members.iter().map(|(plugin, _)| plugin.field());
        quote!(#number => #(self.plugins.#fields.hearing().is_ok())||*)
    });
    let received = subscribers.iter().map(receive);
    quote! {
        impl mc::Subscribers for App {
            const ALL: &'static [&'static mc::Subscriber] = &[#(&#handles),*];

            fn named(event: &str, name: &str) -> Option<&'static mc::Subscriber> {
                match (event, name) {
                    #(#named,)*
                    _ => None,
                }
            }

            fn of(event: &str) -> &'static [&'static mc::Subscriber] {
                match event {
                    #(#of,)*
                    _ => &[],
                }
            }

            fn is_running(&'static self, number: usize) -> bool {
                match number {
                    #(#running,)*
                    _ => false,
                }
            }

            async fn receive(&'static self, number: usize, payload: &[u8]) -> ::core::result::Result<(), mc::Undelivered> {
                match number {
                    #(#received)*
                    _ => Err(mc::Undelivered::Unreadable(::std::string::String::from("no such subscriber"))),
                }
            }
        }
    }
}

fn receive(subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (number, ty) = (subscriber.number, subscriber.event.ty());
    let (plugin, subscription) = subscriber.first();
    let field = plugin.field();
    if is_group(subscriber) {
        let group = group_name(subscriber);
        return quote!(#number => mc::receive::<#ty, _>(payload, |event| self.#group(event)).await,);
    }
    let adapter = adapter_name("on", &subscription.handler);
    let call = if subscription.inline {
        quote!(|event| async move { plugin.#adapter(&event) })
    } else {
        quote!(|event| plugin.#adapter(event))
    };
    quote! {
        #number => match self.plugins.#field.hearing() {
            Ok(plugin) => mc::receive::<#ty, _>(payload, #call).await,
            Err(down) => Err(mc::Undelivered::Off(down.clone())),
        },
    }
}
