//! Instructions per request: the release server under callgrind, asked by a plain client on one connection. What a
//! longer run executes more than a shorter one is the requests' own.

use std::fs;

use crate::build;
use crate::case::Case;
use crate::client;
use crate::contestant::Contestant;

/// The shorter and the longer run; both go round every route as often as any other.
const RUNS: [usize; 2] = [1_000, 5_000];

/// Instructions in user space that one request costs.
pub(crate) fn per_request(contestant: &Contestant, case: Case) -> f64 {
    let [fewer, more] = RUNS.map(|times| total(contestant, case, times));
    (more - fewer) as f64 / (RUNS[1] - RUNS[0]) as f64
}

fn total(contestant: &Contestant, case: Case, times: usize) -> u64 {
    let said = build::scratch("http").join("callgrind.log");
    let log = format!("--log-file={}", said.display());
    let running = contestant.start(&["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", log.as_str()]);
    client::ask(running.port, case, times);
    running.terminate();
    let said = fs::read_to_string(&said).expect("valgrind keeps a log");
    let total = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, total) = total.unwrap_or_else(|| panic!("callgrind said no total:\n{said}"));
    total.trim().parse().expect("a total is a number")
}
