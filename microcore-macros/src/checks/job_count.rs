//! A job has exactly one worker: `#[job(E)]` names an event with `job`, no second handler takes it, and nobody hears it
//! besides.

use crate::decl::shown;
use crate::errors::Errors;
use crate::wiring::{EventNode, Wiring};

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let (subscriptions, responders) = (wiring.subscriptions(), wiring.responders());
    for event in &wiring.events {
        let (ty, name) = (&event.decl.ty, event.decl.ty.to_string());
        let workers: Vec<_> = wiring.workers().filter(|(_, job)| *job.event_name() == name).collect();
        if !event.decl.job {
            for (_, job) in workers {
                errors.add(
                    &job.event,
                    "MC0811",
                    format!("event `{ty}` is no job, so `{}` can't work on it", job.handler),
                    format!("write `#[event({}, job)]` on `{ty}`, or `#[on({ty})]` here", quoted(event)),
                );
            }
            continue;
        }
        for (_, job) in workers.iter().skip(1) {
            let (first, _) = workers[0];
            errors.add(
                &job.event,
                "MC0811",
                format!("`{}` works on job `{ty}` already", first.name()),
                "a job has one worker; delete one of the two, or publish an event that both hear",
            );
        }
        // The worker may be in a plugin that has mistakes.
        if workers.is_empty() && !wiring.has_broken_plugin {
            errors.add(
                ty,
                "MC0811",
                format!("nobody works on job `{ty}`"),
                format!("write a handler with `#[job({ty})]` in a plugin of any domain, or remove `job` here"),
            );
        }
        let heard = subscriptions.get(&name).into_iter().chain(responders.get(&name)).flatten();
        for (_, heard) in heard {
            errors.add(
                &heard.event,
                "MC0811",
                format!("`{}` must not hear `{ty}`: it is a job, which one worker takes", shown(&heard.handler)),
                format!("write `#[job({ty})]`, or publish an event of its own for those who want to know"),
            );
        }
    }
}

fn quoted(event: &EventNode) -> String {
    format!("\"{}\"", event.decl.name.value())
}
