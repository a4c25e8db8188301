//! A manifest → the declaration of a plugin, as `#[plugin]` would have made it of a file in Rust.

use microcore_sidecars_manifest::{Heard, Route};
use proc_macro2::Span;
use quote::format_ident;
use syn::{Ident, LitStr};

use super::Guest;
use crate::decl::{PathPattern, PluginDecl, RouteDecl, StatementDecl, SubscriptionDecl, ident, shown};
use crate::errors::Errors;
use crate::wiring::{EventNode, Wiring};

/// `shop.invoice`.
pub(super) fn name(guest: &Guest) -> String {
    format!("{}.{}", shown(&guest.file.domain), shown(&guest.file.module))
}

/// The path; the manifest's rules for it are stricter than those of plugins.
pub(super) fn pattern(route: &Route) -> Option<PathPattern> {
    PathPattern::parse(&literal(&route.path), &mut Errors::default())
}

/// The name of a handler: the manifest's rules for it are those of names in Rust.
pub(super) fn handler(name: &str) -> Ident {
    ident(name, Span::call_site()).unwrap_or_else(|| format_ident!("guest_{name}"))
}

/// `order_paid`, which no other event of the guest is called.
pub(super) fn hearer(guest: &Guest, index: usize) -> Ident {
    let of = |on: &Heard| on.event.replace(|one: char| !one.is_ascii_alphanumeric(), "_");
    let name = of(&guest.manifest.heard[index]);
    let is_taken = guest.manifest.heard[..index].iter().any(|earlier| of(earlier) == name);
    if is_taken { format_ident!("{name}_{index}") } else { handler(&name) }
}

/// The event of this name, which the checks have found.
pub(super) fn event<'w>(name: &str, wiring: &'w Wiring) -> Option<&'w EventNode> {
    wiring.every_event().find(|event| event.decl.name.value() == name)
}

pub(super) fn literal(text: &str) -> LitStr {
    LitStr::new(text, Span::call_site())
}

pub(super) fn plugin(guest: &Guest, wiring: &Wiring) -> PluginDecl {
    let manifest = &guest.manifest;
    let publishes: Vec<Ident> =
        manifest.publishes.iter().filter_map(|named| Some(event(&named.name, wiring)?.decl.ty.clone())).collect();
    let routes = manifest.routes.iter().filter_map(|route| {
        Some(RouteDecl {
            method: format_ident!("{}", route.ask.to_string().to_lowercase()),
            path: pattern(route)?,
            handler: handler(&route.name),
            guarded: route.protected,
            extracts: false,
            tag: route.tag.clone(),
        })
    });
    let subscriptions = manifest.heard.iter().enumerate().filter_map(|(index, on)| {
        let ty = event(&on.event, wiring)?.decl.ty.clone();
        Some(SubscriptionDecl {
            retries: on.retries,
            backoff: u64::try_from(on.backoff.as_millis()).unwrap_or(u64::MAX),
            allow_ring: on.allow_ring,
            publishes: publishes.clone(),
            ..SubscriptionDecl::new(ty.into(), hearer(guest, index))
        })
    });
    let statements = manifest.statements.iter().map(|statement| StatementDecl {
        function: handler(&statement.name),
        method: format_ident!("statement"),
        sql: LitStr::new(&statement.sql, wiring.place()),
        given: None,
        checked: true,
        place: Some(literal(&guest.at(statement.line))),
    });
    PluginDecl {
        routes: routes.collect(),
        subscriptions: subscriptions.collect(),
        statements: statements.collect(),
        publishes: publishes.clone(),
        ..PluginDecl::default()
    }
}
