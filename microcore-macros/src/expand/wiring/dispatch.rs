//! One `Dispatch` per event: its subscribers, called by field. One `Answered` per request: its one responder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::decl::shown;
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::{ByEvent, EventNode, SubscriberNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let subscribers = wiring.all_subscribers();
    let statics = subscribers.iter().map(|subscriber| {
        let (name, handle) = (subscriber.name(), handle(subscriber));
        let (plugin, subscription) = subscriber.first();
        let (number, identity, event) = (subscriber.number, plugin.identity(), &subscriber.event.decl.name);
        let (retries, backoff) = (subscription.retries, subscription.backoff);
        let (inline, broadcast) = (subscription.inline, subscription.broadcast.is_some());
        quote! {
            static #handle: mc::Subscriber = mc::Subscriber {
                number: #number,
                name: #name,
                plugin: &#identity,
                event: #event,
                retry: mc::Retry::new(#retries, #backoff),
                inline: #inline,
                broadcast: #broadcast,
            };
        }
    });
    let groups = subscribers.iter().filter(|subscriber| is_group(subscriber)).map(group);
    let responders = wiring.responders();
    // Those of one event stand together, in the order of the events.
    let mut left = &subscribers[..];
    let events = wiring.every_event().map(|event| {
        let others = left.iter().position(|subscriber| !std::ptr::eq(subscriber.event, event)).unwrap_or(left.len());
        let (of, rest) = left.split_at(others);
        left = rest;
        let dispatch = one(event, of);
        let answers = answers(&responders, event);
        quote!(#dispatch #answers)
    });
    quote! {
        #(#statics)*
        #(#groups)*
        #(#events)*
    }
}

/// The static of a subscriber.
pub(super) fn handle(subscriber: &SubscriberNode<'_>) -> Ident {
    format_ident!("SUBSCRIBER_{}", subscriber.number)
}

/// A group is one subscriber with members in one or more plugins.
pub(super) fn is_group(subscriber: &SubscriberNode<'_>) -> bool {
    subscriber.first().1.group.is_some()
}

/// The function that hands an event to the member whose turn it is.
pub(super) fn group_name(subscriber: &SubscriberNode<'_>) -> Ident {
    format_ident!("__group_{}", subscriber.number)
}

fn one(event: &EventNode, subscribers: &[SubscriberNode<'_>]) -> TokenStream {
    let ty = event.ty();
    // Subscribers in the publisher's task run first, so that what they decide is there when the others look.
    let (inline, tasks): (Vec<_>, Vec<_>) = subscribers.iter().partition(|subscriber| subscriber.first().1.inline);
    let inline: Vec<_> = inline.iter().copied().map(call_inline).collect();
    let inline = (!inline.is_empty()).then(|| quote!(published.here(|| { #(#inline)* });));
    let handles = tasks.iter().copied().map(handle);
    let started = tasks.iter().copied().map(start);
    quote! {
        impl mc::Dispatch<#ty> for App {
            const SUBSCRIBERS: &'static [&'static mc::Subscriber] = &[#(&#handles),*];

            #[inline]
            fn inline(&'static self, published: &mc::Published<#ty>) {
                #inline
            }

            fn start(&'static self, published: &mc::Published<#ty>) {
                #(#started)*
            }
        }
    }
}

fn call_inline(subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (plugin, subscription) = subscriber.first();
    let (field, handle) = (plugin.field(), handle(subscriber));
    let adapter = adapter_name("on", &subscription.handler);
    quote! {
        if let Ok(plugin) = self.plugins.#field.hearing() {
            published.inline(&#handle, |event| plugin.#adapter(event));
        }
    }
}

fn start(subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (plugin, subscription) = subscriber.first();
    let (field, handle) = (plugin.field(), handle(subscriber));
    if is_group(subscriber) {
        let group = group_name(subscriber);
        let fields = subscriber.members.iter().map(|(plugin, _)| plugin.field());
        return quote! {
            match self.plugins.#field.hearing() {
                Err(down) if true #(&& self.plugins.#fields.hearing().is_err())* => published.missed(&#handle, down),
                _ => published.deliver(&#handle, |event| self.#group(event)),
            }
        };
    }
    let adapter = adapter_name("on", &subscription.handler);
    quote! {
        match self.plugins.#field.hearing() {
            Ok(plugin) => published.deliver(&#handle, |event| plugin.#adapter(event)),
            Err(down) => published.missed(&#handle, down),
        }
    }
}

/// Hands an event to one member, in turns among those that are in service.
fn group(subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (name, ty) = (group_name(subscriber), subscriber.event.ty());
    let running = subscriber.members.iter().map(|(plugin, _)| {
        let field = plugin.field();
        quote!(self.plugins.#field.hearing().is_ok())
    });
    let members = subscriber.members.iter().enumerate().map(|(index, (plugin, subscription))| {
        let (field, adapter) = (plugin.field(), adapter_name("on", &subscription.handler));
        quote! {
            Some(#index) => {
                let plugin = self.plugins.#field.hearing().map_err(mc::Down::to_error)?;
                plugin.#adapter(event).await
            }
        }
    });
    let first = subscriber.first().0.field();
    quote! {
        impl App {
            async fn #name(&'static self, event: ::std::sync::Arc<#ty>) -> mc::Result<()> {
                static TURNS: mc::Turns = mc::Turns::new();
                match mc::member(TURNS.next(), &[#(#running),*]) {
                    #(#members)*
                    // All are off: the first one's reason is as good as any.
                    _ => self.plugins.#first.hearing().map_err(mc::Down::to_error).map(drop),
                }
            }
        }
    }
}

fn answers(responders: &ByEvent<'_>, event: &EventNode) -> Option<TokenStream> {
    let (plugin, reply) = responders.get(&event.decl.ty.to_string())?.first().filter(|_| event.decl.replied)?;
    let (ty, field, adapter) = (event.ty(), plugin.field(), adapter_name("reply", &reply.handler));
    let (identity, event_name) = (plugin.identity(), &event.decl.name);
    let name = format!("{}.{}", plugin.name(), shown(&reply.handler));
    // The span of the handler, so that a reply of another type is reported there.
    let call = paths::all_shown_at(reply.handler.span(), quote!(plugin.#adapter::<<#ty as mc::Request>::Reply>(event)));
    Some(quote! {
        impl mc::Answered<App> for #ty {
            type Reply = <#ty as mc::Request>::Reply;

            async fn answer(
                app: &'static App,
                request: &mc::Published<#ty>,
            ) -> mc::Result<<#ty as mc::Request>::Reply> {
                static RESPONDER: mc::Subscriber = mc::Subscriber {
                    number: usize::MAX,
                    name: #name,
                    plugin: &#identity,
                    event: #event_name,
                    retry: mc::Retry::new(0, 0),
                    inline: true,
                    broadcast: false,
                };
                let plugin = app.plugins.#field.hearing().map_err(mc::Down::to_error)?;
                request.answered(&RESPONDER, |event| #call).await
            }
        }
    })
}
