//! `sidecars [--json]`: asks the running application how its guests are.

use std::fmt::Write as _;

use clap::ArgMatches;
use serde_json::Value;

use super::{Exit, Surroundings, running};
use crate::guest::GuestStatus;

/// Where an application tells of its guests.
const ROUTE: &str = "/system/api/sidecars";

pub(super) fn run(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let settings = match running::settings(surroundings) {
        Ok(settings) => settings,
        Err(refused) => return refused,
    };
    let guests = running::wait(running::told::<Value>(&settings, ROUTE)).map(Option::unwrap_or_default);
    surroundings.shown(guests.and_then(|guests| {
        Ok(if options.get_flag("json") {
            format!("{guests}\n")
        } else {
            table(&serde_json::from_value::<Vec<GuestStatus>>(guests)?)
        })
    }))
}

fn table(guests: &[GuestStatus]) -> String {
    if guests.is_empty() {
        return "no guests\n".to_owned();
    }
    let width = guests.iter().map(|guest| guest.name.len()).max().unwrap_or_default();
    let mut text = format!(
        "{:width$}  {:7}  {:>10}  {:10}  {:>8}  {:>8}  {:>9}  {:>9}  last error\n",
        "guest", "kind", "generation", "state", "calls", "failures", "p99", "memory"
    );
    for guest in guests {
        let GuestStatus { name, kind, generation, state, calls, failures, p99, memory, last_error } = guest;
        let p99 = p99.map_or("-".to_owned(), |seconds| format!("{:.1} ms", seconds * 1e3));
        let memory = memory.map_or("-".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
        let last_error = last_error.as_deref().unwrap_or("-").replace('\n', "; ");
        let _ = writeln!(
            text,
            "{name:width$}  {kind:7}  {generation:>10}  {state:10}  {calls:>8}  {failures:>8}  {p99:>9}  {memory:>9}  \
             {last_error}"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_a_guest_is() {
        let ready = GuestStatus {
            name: "billing.invoice_pdf".to_owned(),
            kind: "process".to_owned(),
            generation: 3,
            state: "ready".to_owned(),
            calls: 120,
            failures: 1,
            p99: Some(0.0123),
            memory: Some(52 << 20),
            last_error: None,
        };
        let failed = GuestStatus {
            name: "billing.other".to_owned(),
            generation: 0,
            state: "failed".to_owned(),
            p99: None,
            memory: None,
            last_error: Some("billing/other/plugin.toml:2: wrong\nbilling/other/plugin.toml:3: wrong".to_owned()),
            ..ready.clone()
        };
        let text = table(&[ready, failed]);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines[1],
            ["billing.invoice_pdf", "process", "3", "ready", "120", "1", "12.3", "ms", "52", "MiB", "-"]
        );
        assert!(text.ends_with("billing/other/plugin.toml:2: wrong; billing/other/plugin.toml:3: wrong\n"), "{text}");
        assert_eq!(table(&[]), "no guests\n");
    }
}
