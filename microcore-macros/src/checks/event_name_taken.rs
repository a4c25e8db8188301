//! An event's name on the bus is its own, and so is its type's name.
//!
//! Subscribers are matched by the type's name, since a macro sees names and not types.

use std::collections::BTreeMap;

use crate::decl::shown;
use crate::errors::Errors;
use crate::wiring::{EventNode, Wiring};

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let mut names: BTreeMap<String, &EventNode> = BTreeMap::new();
    let mut types: BTreeMap<String, &EventNode> = BTreeMap::new();
    let place = |event: &EventNode| {
        format!("src/domains/{}/events/{}.rs", shown(&event.file.domain), shown(&event.file.module))
    };
    for event in &wiring.events {
        let (name, ty) = (event.decl.name.value(), event.decl.ty.to_string());
        if let Some(earlier) = names.get(&name) {
            errors.add(
                &event.decl.name,
                "MC0406",
                format!("event name `{name}` is already taken by `{}` in {}", earlier.decl.ty, place(earlier)),
                "give this event a name of its own; a name is one contract",
            );
        } else if let Some(earlier) = types.get(&ty) {
            errors.add(
                &event.decl.ty,
                "MC0407",
                format!("event type `{ty}` is already declared in {}", place(earlier)),
                format!("say whose it is: `{}{ty}`", capitalised(&shown(&event.file.domain))),
            );
        }
        names.entry(name).or_insert(event);
        types.entry(ty).or_insert(event);
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
