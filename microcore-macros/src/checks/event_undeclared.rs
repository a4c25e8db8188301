//! Whoever hears an event names one that is declared in a file of `src/domains/*/events/`.

use crate::errors::{Errors, listed, nearest};
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let names: Vec<String> = wiring.events.iter().map(|event| event.decl.ty.to_string()).collect();
    let known = wiring.event_names();
    for plugin in &wiring.plugins {
        let heard = plugin.decl.subscriptions.iter().chain(&plugin.decl.replies).map(|one| &one.event);
        for event in heard.chain(plugin.decl.jobs.iter().map(|job| &job.event)) {
            let name = event.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            if known.contains(&name) || wiring.broken_events.contains(&name) {
                continue;
            }
            let help = match nearest(&name, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => {
                    "declare it: `#[event(\"…\")]` in src/domains/<domain>/events/<event>.rs".to_owned()
                }
                None => format!(
                    "the declared events are {}; each is a file in src/domains/<domain>/events/",
                    listed(names.iter().map(String::as_str))
                ),
            };
            errors.add(event, "MC0408", format!("event `{name}` is not declared"), help);
        }
    }
}
