//! An event's name on the bus is its own, and so is its type's name.
//!
//! Subscribers are matched by the type's name, since a macro sees names and not types.

use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    for (index, event) in wiring.events.iter().enumerate() {
        for earlier in &wiring.events[..index] {
            let place = format!("src/domains/{}/events/{}.rs", earlier.file.domain, earlier.file.module);
            if event.decl.name.value() == earlier.decl.name.value() {
                errors.add(
                    &event.decl.name,
                    "MC0406",
                    format!(
                        "event name `{}` is already taken by `{}` in {place}",
                        event.decl.name.value(),
                        earlier.decl.ty
                    ),
                    "give this event a name of its own; a name is one contract",
                );
            } else if event.decl.ty == earlier.decl.ty {
                errors.add(
                    &event.decl.ty,
                    "MC0407",
                    format!("event type `{}` is already declared in {place}", event.decl.ty),
                    format!("say whose it is: `{}{}`", capitalised(&event.file.domain.to_string()), event.decl.ty),
                );
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
