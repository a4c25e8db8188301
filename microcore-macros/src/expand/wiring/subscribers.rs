//! `Subscribers`: the application's subscribers by number, and by the names that stores keep. A stored event comes back
//! through `receive`, a `match` whose arms read one type and call one handler.

use proc_macro2::TokenStream;
use quote::quote;

use super::dispatch::{group_name, handle, handling, is_group, there};
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
        let there = (0..subscriber.members.len()).map(|member| there(wiring, subscriber, member));
        quote!(#number => #(#there.is_ok())||*)
    });
    let received = subscribers.iter().map(|subscriber| receive(wiring, subscriber));
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

fn receive(wiring: &Wiring, subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (number, ty) = (subscriber.number, subscriber.event.ty());
    let (_, subscription) = subscriber.first();
    if is_group(subscriber) {
        let group = group_name(subscriber);
        return quote!(#number => mc::receive::<#ty, _>(payload, |event| self.#group(event)).await,);
    }
    let call = if subscription.inline {
        let adapter = adapter_name("on", &subscription.handler);
        quote!(|event| async move { plugin.#adapter(&event) })
    } else {
        let handling = handling(wiring, subscriber, 0);
        quote!(|event| #handling)
    };
    let there = there(wiring, subscriber, 0);
    quote! {
        #number => match #there {
            Ok(plugin) => mc::receive::<#ty, _>(payload, #call).await,
            Err(down) => Err(mc::Undelivered::Off(down.clone())),
        },
    }
}
