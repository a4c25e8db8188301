//! How a guest is, for whoever looks.

use microcore_runtime::guest::GuestStatus;

use crate::guest::Guest;

pub(crate) fn of_guest(guest: &Guest, failed: Option<&String>) -> GuestStatus {
    let (calls, failures) = guest.counts();
    GuestStatus {
        name: guest.facts.name().to_owned(),
        kind: "process".to_owned(),
        generation: guest.facts.generation,
        state: guest.state().to_owned(),
        calls,
        failures,
        p99: guest.p99().map(|time| time.as_secs_f64()),
        memory: guest.process.memory(),
        last_error: failed.cloned().or_else(|| guest.last_error()),
    }
}

pub(crate) fn of_failed(name: &str, why: &str) -> GuestStatus {
    GuestStatus {
        name: name.to_owned(),
        kind: "process".to_owned(),
        generation: 0,
        state: "failed".to_owned(),
        calls: 0,
        failures: 0,
        p99: None,
        memory: None,
        last_error: Some(why.to_owned()),
    }
}
