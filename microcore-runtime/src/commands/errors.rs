//! `errors`: what fails in the running application, in groups, the latest first. With `--json`, for programs.

use std::fmt::Write as _;

use clap::ArgMatches;

use super::{Exit, Surroundings, running};
use crate::error::Result;
use crate::event::wall_clock;
use crate::record::{ErrorGroup, lasting};
use crate::server::ServerSettings;

const PATH: &str = "/system/api/errors";

pub(super) fn run(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let settings = match running::settings(surroundings) {
        Ok(settings) => settings,
        Err(refused) => return refused,
    };
    let shown = groups(&settings).and_then(|groups| {
        Ok(if options.get_flag("json") {
            format!("{}\n", serde_json::to_string_pretty(&groups)?)
        } else {
            list(&groups)
        })
    });
    surroundings.shown(shown)
}

fn groups(settings: &ServerSettings) -> Result<Vec<ErrorGroup>> {
    Ok(running::wait(running::told(settings, PATH))?.unwrap_or_default())
}

fn list(groups: &[ErrorGroup]) -> String {
    if groups.is_empty() {
        return "no failure since the start\n".to_owned();
    }
    let now = wall_clock();
    let mut text = String::new();
    for group in groups {
        let ErrorGroup { plugin, handler, code, kind, count, last, samples, .. } = group;
        let place: Vec<&str> = [plugin, handler].into_iter().flatten().map(String::as_str).collect();
        let place = if place.is_empty() { "(no plugin)".to_owned() } else { place.join(".") };
        let ago = lasting(now.saturating_sub(*last).saturating_mul(1000));
        // Writing to memory can't fail.
        let _ = writeln!(text, "{count:>6} {code:<12} {place}, last {ago} ago\n{:>7}{kind}", "");
        for sample in samples {
            let _ = writeln!(text, "{:>7}trace {}: {}", "", sample.id, sample.chain);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ErrorSample;

    #[test]
    fn a_group_says_whose_it_is_and_leads_to_its_traces() {
        assert_eq!(list(&[]), "no failure since the start\n");
        let sample =
            serde_json::json!({ "id": "r1", "origin": "r1", "trace": "0", "time": 1, "chain": "order 7 is lost" });
        let sample: ErrorSample = serde_json::from_value(sample).unwrap();
        let group = serde_json::json!({
            "plugin": "shop.pay", "handler": "execute", "code": "internal", "kind": "order # is lost", "count": 3,
            "first": 1, "last": wall_clock(), "samples": [sample],
        });
        let text = list(&[serde_json::from_value(group).unwrap()]);
        assert!(text.starts_with("     3 internal     shop.pay.execute, last "), "{text}");
        assert!(text.ends_with("       order # is lost\n       trace r1: order 7 is lost\n"), "{text}");
    }
}
