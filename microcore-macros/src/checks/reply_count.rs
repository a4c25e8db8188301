//! A request has one answer: `#[reply(E)]` names an event with `reply = …`, and no second handler answers it.
//!
//! That somebody answers at all is checked where `request` is called: only there it matters.

use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let responders = wiring.responders();
    for event in &wiring.events {
        let name = &event.decl.ty;
        let answers = responders.get(&name.to_string()).map(Vec::as_slice).unwrap_or_default();
        for (index, (_, reply)) in answers.iter().enumerate() {
            if !event.decl.replied {
                errors.add(
                    &reply.event,
                    "MC0409",
                    format!("event `{name}` has no reply type, so `{}` can't answer it", reply.handler),
                    format!(
                        "write `#[event({}, reply = …)]` on `{name}`, or `#[on({name})]` here",
                        quoted(&event.decl.name.value())
                    ),
                );
            } else if index > 0 {
                let (first, _) = answers[0];
                errors.add(
                    &reply.event,
                    "MC0410",
                    format!("request `{name}` is already answered by `{}`", first.name()),
                    "a request has one answer; delete one of the two",
                );
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
