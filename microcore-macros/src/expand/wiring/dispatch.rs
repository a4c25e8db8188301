//! One `Dispatch` per event: its subscribers, called by field. One `Answered` per request: its one responder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{intercept, meters};
use crate::decl::shown;
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::{ByEvent, EventNode, Standing, SubscriberNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let subscribers = wiring.all_subscribers();
    let statics = subscribers.iter().map(|subscriber| {
        let (name, handle) = (subscriber.name(), handle(subscriber));
        let (plugin, subscription) = subscriber.first();
        let (number, identity, event) = (subscriber.number, plugin.identity(), &subscriber.event.decl.name);
        let (retries, backoff) = (subscription.retries, subscription.backoff);
        let (inline, broadcast) = (subscription.inline, subscription.broadcast.is_some());
        let meter = meters::of_subscriber(number);
        quote! {
            static #handle: mc::Subscriber = mc::Subscriber {
                number: #number,
                name: #name,
                plugin: &#identity,
                event: #event,
                retry: mc::Retry::new(#retries, #backoff),
                inline: #inline,
                broadcast: #broadcast,
                meter: &#meter,
            };
        }
    });
    let groups = subscribers.iter().filter(|subscriber| is_group(subscriber)).map(|group_of| group(wiring, group_of));
    let inside = subscribers.iter().flat_map(|subscriber| {
        (0..subscriber.members.len()).filter_map(move |member| inside(wiring, subscriber, member))
    });
    let inside: Vec<_> = inside.collect();
    let inside = (!inside.is_empty()).then(|| quote!(impl App { #(#inside)* }));
    let responders = wiring.responders();
    // Those of one event stand together, in the order of the events.
    let mut left = &subscribers[..];
    let events = wiring.every_event().enumerate().map(|(number, event)| {
        let others = left.iter().position(|subscriber| !std::ptr::eq(subscriber.event, event)).unwrap_or(left.len());
        let (of, rest) = left.split_at(others);
        left = rest;
        let dispatch = one(wiring, number, event, of);
        let answers = answers(&responders, event);
        quote!(#dispatch #answers)
    });
    quote! {
        #(#statics)*
        #(#groups)*
        #inside
        #(#events)*
    }
}

/// A delivery inside of what runs around it: a function per handler, where anything does.
fn inside(wiring: &Wiring, subscriber: &SubscriberNode<'_>, member: usize) -> Option<TokenStream> {
    let (plugin, subscription) = subscriber.members[member];
    let standing = around(wiring, subscriber, member);
    if standing.is_empty() {
        return None;
    }
    let (name, adapter) = (inside_name(subscriber, member), adapter_name("on", &subscription.handler));
    let (plugin_type, event) = (plugin.ty(), subscriber.event.ty());
    let work = intercept::work(plugin, &shown(&subscription.handler), &subscriber.event.decl.name, false);
    let handled = intercept::around_work(&standing, quote!(plugin.#adapter(event).await));
    Some(quote! {
        async fn #name(
            &'static self,
            plugin: &'static #plugin_type,
            event: ::std::sync::Arc<#event>,
        ) -> mc::Result<()> {
            #work
            #handled
        }
    })
}

fn inside_name(subscriber: &SubscriberNode<'_>, member: usize) -> Ident {
    format_ident!("__inside_{}_{member}", subscriber.number)
}

/// What runs around the deliveries to one member of a subscriber; an inline one runs in its publisher's task.
pub(super) fn around<'w>(wiring: &'w Wiring, subscriber: &SubscriberNode<'_>, member: usize) -> Vec<Standing<'w>> {
    let (plugin, subscription) = subscriber.members[member];
    if subscription.inline { Vec::new() } else { wiring.around_events(plugin) }
}

/// The call of a member's handler, with what runs around it.
pub(super) fn handling(wiring: &Wiring, subscriber: &SubscriberNode<'_>, member: usize) -> TokenStream {
    if around(wiring, subscriber, member).is_empty() {
        let adapter = adapter_name("on", &subscriber.members[member].1.handler);
        return quote!(plugin.#adapter(event));
    }
    let name = inside_name(subscriber, member);
    quote!(self.#name(plugin, event))
}

/// Whether a member's handler can be called: its plugin is there, and so is whatever runs around it.
pub(super) fn there(wiring: &Wiring, subscriber: &SubscriberNode<'_>, member: usize) -> TokenStream {
    let field = subscriber.members[member].0.field();
    let all_there = intercept::all_there(&around(wiring, subscriber, member));
    quote!(self.plugins.#field.hearing() #all_there)
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

fn one(wiring: &Wiring, number: usize, event: &EventNode, subscribers: &[SubscriberNode<'_>]) -> TokenStream {
    let ty = event.ty();
    // Subscribers in the publisher's task run first, so that what they decide is there when the others look.
    let (inline, tasks): (Vec<_>, Vec<_>) = subscribers.iter().partition(|subscriber| subscriber.first().1.inline);
    let inline: Vec<_> = inline.iter().copied().map(call_inline).collect();
    let inline = (!inline.is_empty()).then(|| quote!(published.here(|| { #(#inline)* });));
    let handles = tasks.iter().copied().map(handle);
    let started = tasks.iter().copied().map(|subscriber| start(wiring, subscriber));
    let name = &event.decl.name;
    let guests = wiring.has_guests().then(|| quote!(mc::tell_guests(&self.tools.sidecars, #name, published);));
    let published = meters::of_event(number);
    quote! {
        impl mc::Dispatch<#ty> for App {
            const SUBSCRIBERS: &'static [&'static mc::Subscriber] = &[#(&#handles),*];

            #[inline]
            fn published() -> &'static mc::Tally {
                &#published
            }

            #[inline]
            fn inline(&'static self, published: &mc::Published<#ty>) {
                #inline
                #guests
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

fn start(wiring: &Wiring, subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (handle, first) = (handle(subscriber), there(wiring, subscriber, 0));
    if is_group(subscriber) {
        let group = group_name(subscriber);
        let there = (0..subscriber.members.len()).map(|member| there(wiring, subscriber, member));
        return quote! {
            match #first {
                Err(down) if true #(&& #there.is_err())* => published.missed(&#handle, down),
                _ => published.deliver(&#handle, |event| self.#group(event)),
            }
        };
    }
    let handling = handling(wiring, subscriber, 0);
    quote! {
        match #first {
            Ok(plugin) => published.deliver(&#handle, |event| #handling),
            Err(down) => published.missed(&#handle, down),
        }
    }
}

/// Hands an event to one member, in turns among those that are in service.
fn group(wiring: &Wiring, subscriber: &SubscriberNode<'_>) -> TokenStream {
    let (name, ty) = (group_name(subscriber), subscriber.event.ty());
    let all = 0..subscriber.members.len();
    let running = all.clone().map(|member| {
        let there = there(wiring, subscriber, member);
        quote!(#there.is_ok())
    });
    let members = all.map(|index| {
        let (there, handling) = (there(wiring, subscriber, index), handling(wiring, subscriber, index));
        quote! {
            Some(#index) => {
                let plugin = #there.map_err(mc::Down::to_error)?;
                #handling.await
            }
        }
    });
    let first = there(wiring, subscriber, 0);
    quote! {
        impl App {
            async fn #name(&'static self, event: ::std::sync::Arc<#ty>) -> mc::Result<()> {
                static TURNS: mc::Turns = mc::Turns::new();
                match mc::member(TURNS.next(), &[#(#running),*]) {
                    #(#members)*
                    // All are off: the first one's reason is as good as any.
                    _ => #first.map_err(mc::Down::to_error).map(drop),
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
    let meter = meters::of_reply(plugin, &reply.handler);
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
                    meter: &#meter,
                };
                let plugin = app.plugins.#field.hearing().map_err(mc::Down::to_error)?;
                request.answered(&RESPONDER, |event| #call).await
            }
        }
    })
}
