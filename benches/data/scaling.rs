//! What a second worker brings: the same load on one worker, on two of one runtime, and on two with a loop each; then
//! reads alone and beside writes.
//!
//! Server and load share two cores here, so requests per second can't double. Compared is the processor time that one
//! request costs: while that stays the same, workers don't stand in each other's way, and what two cores do more is what
//! the load leaves of them.

use std::thread;

use crate::load::{self, Load};
use crate::servers::{self, Contestant, Running};
use crate::support::wrk::Round;

/// Both cores, for whoever gets there first.
const BOTH: &str = "0,1";

const SETUPS: [(&str, &[(&str, &str)]); 3] = [
    ("one", &[("HTTP_WORKERS", "1")]),
    ("two, one runtime", &[("HTTP_WORKERS", "2")]),
    ("two, a loop each", &[("HTTP_WORKERS", "2"), ("HTTP_THREAD_PER_CORE", "true")]),
];

/// Prints both tables.
pub(crate) fn print(seconds: u32, rounds: u32) {
    let ours = servers::as_shipped();
    println!("\n| | workers | requests/s | µs of processor per request | p99, ms |\n|---|---|--:|--:|--:|");
    for (what, load) in [("one row by id", Load::Read), ("20 rows", Load::List), ("insert, FULL", Load::Insert)] {
        let mut first = None;
        for (workers, settings) in SETUPS {
            let round =
                of_each(&ours, settings, rounds, |server, number| load::round(server, load, BOTH, seconds, number));
            let one: Round = *first.get_or_insert(round);
            println!(
                "| {what} | {workers} | {:.0} ({:.2}×) | {:.1} ({:.2}×) | {:.2} |",
                round.rate,
                round.rate / one.rate,
                round.processor,
                round.processor / one.processor,
                round.p99
            );
        }
    }
    println!("\n| one row by id, two workers | reads/s | p99, ms |\n|---|--:|--:|");
    for (what, is_beside) in [("nobody writes", false), ("beside inserts, FULL", true)] {
        let reads = of_each(&ours, SETUPS[1].1, rounds, |server, number| read(server, is_beside, seconds, number));
        println!("| {what} | {:.0} | {:.2} |", reads.rate, reads.p99);
    }
}

/// The median of rounds, each on a server of its own.
fn of_each(
    ours: &Contestant,
    settings: &[(&str, &str)],
    rounds: u32,
    round: impl Fn(&Running, usize) -> Round,
) -> Round {
    let rounds: Vec<Round> = (0..rounds as usize)
        .map(|number| {
            let server = ours.start_on(BOTH, settings, "full");
            // The first second warms caches and the allocator.
            load::round(&server, Load::Read, BOTH, 1, number);
            round(&server, number)
        })
        .collect();
    crate::median(&rounds)
}

/// Reads, with as many connections that insert meanwhile where somebody `is_beside`.
fn read(server: &Running, is_beside: bool, seconds: u32, number: usize) -> Round {
    let port = server.port;
    thread::scope(|scope| {
        let writes = is_beside.then(|| scope.spawn(move || load::send(port, Load::Insert, BOTH, seconds, number)));
        let reads = load::round(server, Load::Read, BOTH, seconds, number);
        if let Some(writes) = writes {
            writes.join().expect("inserts were answered");
        }
        reads
    })
}
