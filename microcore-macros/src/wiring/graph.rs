//! The graph: plugins and events with the names that the generated code gives them.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::notices::notices;
use super::{Collected, Declared, File, Head, MigrationFile, Sql, ToolEntry};
use crate::decl::{EventDecl, PluginDecl, SubscriptionDecl};

/// Everything that is wired. Broken declarations are left out: their mistakes are reported where they stand.
#[derive(Debug, Default)]
pub(crate) struct Wiring {
    pub(crate) tools: Vec<ToolEntry>,
    pub(crate) plugins: Vec<PluginNode>,
    pub(crate) events: Vec<EventNode>,
    /// What the bus itself publishes.
    pub(crate) notices: Vec<EventNode>,
    /// Type names of events that have mistakes: nothing more is said about who hears them.
    pub(crate) broken_events: Vec<String>,
    pub(crate) migrations: Vec<MigrationFile>,
    pub(crate) sql: Sql,
}

/// A plugin and its place.
#[derive(Debug)]
pub(crate) struct PluginNode {
    pub(crate) file: File,
    pub(crate) decl: PluginDecl,
}

/// An event and its place.
#[derive(Debug)]
pub(crate) struct EventNode {
    pub(crate) file: File,
    pub(crate) decl: EventDecl,
    /// Whether the application declares it.
    pub(crate) own: bool,
}

impl Wiring {
    /// Joins each declaration with the file it came from: both are in the order of the chain.
    pub(crate) fn collect(collected: Collected) -> Self {
        let Head { tools, files, migrations, sql } = collected.head;
        let mut wiring = Self { tools, migrations, sql, notices: notices(), ..Self::default() };
        for (file, declared) in files.into_iter().zip(collected.declared) {
            match declared {
                Declared::Plugin(decl) if !decl.broken => wiring.plugins.push(PluginNode { file, decl }),
                Declared::Event(decl) if !decl.broken => wiring.events.push(EventNode { file, decl, own: true }),
                Declared::Event(decl) => wiring.broken_events.push(decl.ty.to_string()),
                Declared::Plugin(_) | Declared::Tool => {}
            }
        }
        wiring
    }

    /// Leaves out every plugin whose joined name an earlier one has: the checks have said so, the code can't have both.
    pub(crate) fn drop_twins(&mut self) {
        let mut taken = BTreeSet::new();
        self.plugins.retain(|plugin| taken.insert(plugin.field()));
    }

    /// Leaves out protected routes where nothing could check their tokens.
    pub(crate) fn drop_unguarded(&mut self) {
        if !self.tools.iter().any(|tool| tool.name == "auth") {
            for plugin in &mut self.plugins {
                plugin.decl.routes.retain(|route| !route.guarded);
            }
        }
    }

    /// The event of a subscription: matched by the type's own name, which is unique.
    pub(crate) fn event_of(&self, subscription: &SubscriptionDecl) -> Option<&EventNode> {
        self.event(subscription.event_name())
    }

    pub(crate) fn event(&self, ty: &Ident) -> Option<&EventNode> {
        self.every_event().find(|event| event.decl.ty == *ty)
    }

    /// The application's events, then those of the bus itself.
    pub(crate) fn every_event(&self) -> impl Iterator<Item = &EventNode> {
        self.events.iter().chain(&self.notices)
    }

    /// Everybody who hears an event, in the order of domains, then files.
    pub(crate) fn subscribers<'w>(
        &'w self,
        event: &'w EventNode,
    ) -> impl Iterator<Item = (&'w PluginNode, &'w SubscriptionDecl)> {
        let pairs = self
            .plugins
            .iter()
            .flat_map(|plugin| plugin.decl.subscriptions.iter().map(move |subscription| (plugin, subscription)));
        // An event of the application hides one of the bus that has the same name.
        let hidden = !event.own && self.events.iter().any(|own| own.decl.ty == event.decl.ty);
        pairs.filter(move |(_, subscription)| !hidden && *subscription.event_name() == event.decl.ty)
    }

    /// Everybody who answers a request; the checks have seen that there is one at the most.
    pub(crate) fn responders<'w>(
        &'w self,
        event: &'w EventNode,
    ) -> impl Iterator<Item = (&'w PluginNode, &'w SubscriptionDecl)> {
        let pairs = self.plugins.iter().flat_map(|plugin| plugin.decl.replies.iter().map(move |reply| (plugin, reply)));
        pairs.filter(|(_, reply)| *reply.event_name() == event.decl.ty)
    }
}

impl PluginNode {
    /// `users.create_user`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.file.domain, self.file.module)
    }

    /// The field of `Plugins`: `users_create_user`.
    pub(crate) fn field(&self) -> Ident {
        format_ident!("{}_{}", self.file.domain, self.file.module)
    }

    /// The constant with its identity: `USERS_CREATE_USER`.
    pub(crate) fn identity(&self) -> Ident {
        format_ident!("{}", self.field().to_string().to_uppercase())
    }

    /// The type.
    pub(crate) fn ty(&self) -> TokenStream {
        let module = self.file.path();
        quote!(#module::__Plugin)
    }
}

impl EventNode {
    /// The type, as the domain makes it public.
    pub(crate) fn ty(&self) -> TokenStream {
        let (domain, ty) = (&self.file.domain, &self.decl.ty);
        if !self.own {
            return quote!(mc::#ty);
        }
        quote!(crate::domains::#domain::events::#ty)
    }
}
