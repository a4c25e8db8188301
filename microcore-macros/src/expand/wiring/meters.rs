//! The meters: one static per route, event, subscriber, reply, statement, schedule and job, and the list of them all.
//!
//! They are all zero, so they take no room in the program's file. Readers walk the list; whatever is measured names its
//! meter, as generated code names everything else.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::schedules::is_scheduled;
use super::sql;
use crate::decl::{RouteDecl, shown};
use crate::expand::{app, paths};
use crate::wiring::{PluginNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let prelude = paths::prelude();
    let mut statics = TokenStream::new();
    let mut is = |name: &Ident, ty: &str| {
        let ty = format_ident!("{ty}");
        statics.extend(quote!(static #name: mc::#ty = mc::#ty::NEW;));
    };
    let mut routes = Vec::new();
    for (plugin, route) in
        wiring.plugins.iter().flat_map(|plugin| plugin.decl.routes.iter().map(move |route| (plugin, route)))
    {
        let (name, identity) = (of_route(plugin, route), plugin.identity());
        is(&name, "RouteMeter");
        let (method, path, handler) =
            (route.method.to_string().to_uppercase(), &route.path.literal, shown(&route.handler));
        routes.push(quote! {
            mc::RouteMetered { plugin: &#identity, method: #method, path: #path, handler: #handler, meter: &#name }
        });
    }
    let mut events = Vec::new();
    for (number, event) in wiring.every_event().enumerate() {
        let (name, event) = (of_event(number), &event.decl.name);
        is(&name, "Tally");
        events.push(quote!(mc::EventMetered { event: #event, published: &#name }));
    }
    let subscribers = wiring.all_subscribers();
    let subscribers: Vec<_> = subscribers
        .iter()
        .map(|subscriber| {
            is(&of_subscriber(subscriber.number), "DeliveryMeter");
            super::dispatch::handle(subscriber)
        })
        .collect();
    let responders = wiring.responders();
    let mut replies = Vec::new();
    for event in wiring.every_event().filter(|event| event.decl.replied) {
        let Some((plugin, reply)) = responders.get(&event.decl.ty.to_string()).and_then(|all| all.first()) else {
            continue;
        };
        let (name, event) = (of_reply(plugin, &reply.handler), &event.decl.name);
        is(&name, "DeliveryMeter");
        let shown = format!("{}.{}", plugin.name(), shown(&reply.handler));
        replies.push(quote!(mc::ReplyMetered { name: #shown, event: #event, meter: &#name }));
    }
    let mut statements = Vec::new();
    for statement in sql::timed(wiring) {
        let (name, decl, holders) = (of_statement(&statement.key), statement.decl, statement.holders);
        is(&name, "StatementMeter");
        let (function, text) = (shown(&decl.function), &decl.sql);
        statements.push(quote! {
            mc::StatementMetered { holders: &[#(#holders),*], function: #function, sql: #text, meter: &#name }
        });
    }
    let mut runs = Vec::new();
    if is_scheduled(wiring) {
        for (number, (plugin, schedule)) in wiring.schedules().enumerate() {
            let (meter, name) = (of_schedule(number), schedule.name_in(&plugin.name()));
            is(&meter, "RunMeter");
            runs.push(quote!(mc::RunMetered { name: #name, kind: "schedule", meter: &#meter }));
        }
        for (number, (event, ..)) in wiring.jobs().enumerate() {
            let (meter, name) = (of_worker(number), &event.decl.name);
            is(&meter, "RunMeter");
            runs.push(quote!(mc::RunMetered { name: #name, kind: "job", meter: &#meter }));
        }
    }
    // The instances of a tool count together: what counts stands beside its methods, and is there once.
    let mut counted = BTreeSet::new();
    let plain = wiring.tools.iter().filter(|tool| tool.of.is_none());
    let tools = plain.chain(wiring.tools.iter().filter(|tool| tool.of.is_some()));
    let tools = tools.filter(|tool| counted.insert(shown(tool.of.as_ref().unwrap_or(&tool.name))));
    let tools: Vec<_> = tools
        .map(|tool| {
            let (name, alias) = (shown(&tool.name), app::alias(&tool.name));
            quote!((#name, <#prelude::#alias as mc::Tool>::calls))
        })
        .collect();
    quote! {
        #statics

        static METERS: mc::Meters = mc::Meters {
            routes: &[#(#routes),*],
            events: &[#(#events),*],
            subscribers: &[#(&#subscribers),*],
            replies: &[#(#replies),*],
            statements: &[#(#statements),*],
            runs: &[#(#runs),*],
            tools: &[#(#tools),*],
        };
    }
}

/// `METER_USERS_CREATE_USER_POST_EXECUTE`.
pub(super) fn of_route(plugin: &PluginNode, route: &RouteDecl) -> Ident {
    let (domain, module) = (shown(&plugin.file.domain), shown(&plugin.file.module));
    let text = format!("METER_{domain}_{module}_{}_{}", route.method, shown(&route.handler));
    format_ident!("{}", text.to_uppercase())
}

/// The count of an event's publishes; events have numbers in the order of the wiring.
pub(super) fn of_event(number: usize) -> Ident {
    format_ident!("PUBLISHED_{number}")
}

/// That of `SUBSCRIBER_0`.
pub(super) fn of_subscriber(number: usize) -> Ident {
    format_ident!("METER_SUBSCRIBER_{number}")
}

/// `METER_USERS_CHECK_EMAIL_REPLY_CHECK`.
pub(super) fn of_reply(plugin: &PluginNode, handler: &Ident) -> Ident {
    let (domain, module) = (shown(&plugin.file.domain), shown(&plugin.file.module));
    format_ident!("{}", format!("METER_{domain}_{module}_REPLY_{}", shown(handler)).to_uppercase())
}

/// Schedules have numbers in the order of the wiring, and so have the workers of jobs.
pub(super) fn of_schedule(number: usize) -> Ident {
    format_ident!("METER_SCHEDULE_{number}")
}

pub(super) fn of_worker(number: usize) -> Ident {
    format_ident!("METER_WORKER_{number}")
}

/// `METER_STATEMENT_87CA…`.
pub(super) fn of_statement(key: &Ident) -> Ident {
    format_ident!("{}", format!("METER_{key}").to_uppercase())
}
