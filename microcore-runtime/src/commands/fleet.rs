//! `fleet`: the replicas of the application, as the one that runs with these settings sees them. With `--json`, for
//! programs. Fails where fewer are there than `SYSTEM_REPLICAS` asks for.

use std::fmt::Write as _;

use clap::ArgMatches;

use super::{Exit, Surroundings, running};
use crate::error::{Error, Result};
use crate::event::wall_clock;
use crate::record::lasting;
use crate::server::ServerSettings;
use crate::system::{Fleet, Member};

const PATH: &str = "/system/api/fleet";

pub(super) fn run(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let settings = match running::settings(surroundings) {
        Ok(settings) => settings,
        Err(refused) => return refused,
    };
    let mut too_few = false;
    let shown = fleet(&settings).and_then(|fleet| {
        too_few = fleet.is_too_small();
        Ok(if options.get_flag("json") {
            format!("{}\n", serde_json::to_string_pretty(&fleet)?)
        } else {
            list(&fleet, wall_clock())
        })
    });
    let exit = surroundings.shown(shown);
    if too_few { Exit::Failed } else { exit }
}

fn fleet(settings: &ServerSettings) -> Result<Fleet> {
    running::wait(running::told(settings, PATH))?.ok_or_else(|| Error::internal("the application knows of no fleet"))
}

fn list(fleet: &Fleet, now: u64) -> String {
    let mut text = String::new();
    // Writing to memory can't fail.
    let _ = writeln!(
        text,
        "{:<16} {:<9} {:>9} {:>9} {:>9} {:>10}  where",
        "process", "version", "up", "per s", "p99", "memory"
    );
    for Member { age, silent, replica } in &fleet.replicas {
        let memory = replica.memory.map_or_else(|| "-".to_owned(), |bytes| format!("{} MiB", bytes / 1024 / 1024));
        let state = match (replica.process == fleet.process, silent) {
            (true, _) => ", this one".to_owned(),
            (_, true) => format!(", silent for {}", lasting(age * 1000)),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "{:<16} {:<9} {:>9} {:>9.1} {:>9} {memory:>10}  {} {}{state}",
            replica.process,
            replica.version,
            lasting(now.saturating_sub(replica.started) * 1000),
            replica.per_second,
            replica.p99.map_or_else(|| "-".to_owned(), lasting),
            replica.host,
            replica.pid,
        );
        for off in &replica.off {
            let _ = writeln!(text, "{:<16} off: {off}", "");
        }
    }
    if !fleet.reaches {
        text.push_str(
            "the bus stays in this process: with DurableSqlite, RedisStreams or Stored replicas see each other\n",
        );
    }
    if fleet.is_too_small() {
        let (there, wanted) = (fleet.there(), fleet.wanted.unwrap_or_default());
        let _ = writeln!(text, "{there} of {wanted} replicas are there");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_that_is_silent_or_missing_is_said_to_be() {
        let member = |process: &str, silent: bool| {
            serde_json::json!({
                "age": 21_000, "silent": silent, "process": process, "name": "shop", "version": "1.2.3", "host": "box",
                "pid": 7, "started": 1_000, "every": 5_000, "requests": 9, "per_second": 1.5, "failed": 0, "p99": 1_500,
                "memory": 7 << 20, "handled": 3, "off": if silent { vec!["tool mail"] } else { vec![] }, "leaves": false,
            })
        };
        let fleet = serde_json::json!({
            "process": "a", "reaches": true, "wanted": 3, "replicas": [member("a", false), member("b", true)],
        });
        let text = list(&serde_json::from_value(fleet).unwrap(), 61_000);
        assert_eq!(
            text.lines().skip(1).collect::<Vec<_>>(),
            [
                "a                1.2.3       60.00 s       1.5    1.5 ms      7 MiB  box 7, this one",
                "b                1.2.3       60.00 s       1.5    1.5 ms      7 MiB  box 7, silent for 21.00 s",
                "                 off: tool mail",
                "1 of 3 replicas are there",
            ],
            "{text}"
        );
    }
}
