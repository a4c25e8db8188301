//! What a row costs: over HTTP beside axum with deadpool-sqlite and axum with sqlx, and in process beside bare rusqlite.
//!
//! Over HTTP: the servers (`servers/`) have the same routes, table, JSON and settings of SQLite, and each runs on
//! core 0 with one worker, wrk with 64 connections on core 1. The axum ones read through a pool and write through a
//! pool of one, which serves SQLite best. Rounds take turns, so that whatever else the machine does meets all;
//! shown is the median. Each answered insert is counted in the table afterwards.
//!
//! With `-- count` instead (`count.rs`): instructions per request beside hyper by hand, which repeat on a busy machine.
//! With `-- scaling` (`scaling.rs`): what a second worker brings, and what writes do to reads.
//!
//! In process (`in_process.rs`): a point read by the tool beside rusqlite with a cached statement on the same thread,
//! and the slowest of a hundred point reads with and without a slow query in flight.
//!
//! On PostgreSQL (`postgres.rs`): the same routes beside axum with deadpool-postgres, on a server that the bench starts.
//!
//! With `REALTIME=1`, as root, servers and load go before everything else on their cores.
//! `-- 3 5` after the command: 3 seconds per round, 5 rounds; `-- sqlite` and `-- postgres` leave out the other.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

mod count;
mod in_process;
mod load;
mod postgres;
mod scaling;
mod servers;

use self::load::Load;
use self::servers::{Contestant, Running};
use self::support::wrk::{self, Round};

fn main() {
    if !support::asked() {
        return;
    }
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u32>().ok());
    let (seconds, rounds) = (numbers.next().unwrap_or(3), numbers.next().unwrap_or(5));
    let words: Vec<String> = std::env::args().collect();
    if words.iter().any(|word| word == "count") {
        count::print(&words);
        return;
    }
    let scales = words.iter().any(|word| word == "scaling");
    let wants =
        |engine: &str, other: &str| words.iter().any(|word| word == engine) || words.iter().all(|word| word != other);
    if wants("sqlite", "postgres") && !scales {
        in_process::print();
    }
    if !wrk::is_there() {
        println!("\nwrk is not there (apt-get install wrk), so nothing is measured over HTTP");
        return;
    }
    if scales {
        scaling::print(seconds, rounds);
        return;
    }
    if wants("postgres", "sqlite") {
        postgres::print(seconds, rounds);
    }
    if !wants("sqlite", "postgres") {
        return;
    }
    let contestants = servers::contestants();
    heading();
    for (what, load, synchronous) in [
        ("one row by id", Load::Read, "full"),
        ("20 rows", Load::List, "full"),
        ("insert, NORMAL", Load::Insert, "normal"),
        ("insert, FULL", Load::Insert, "full"),
    ] {
        contest(what, &contestants, load, |contestant| contestant.start(synchronous), seconds, rounds);
    }
}

fn heading() {
    println!("\n| | server | requests/s | µs of processor per request | p99, ms |\n|---|---|--:|--:|--:|");
}

fn contest(
    what: &str,
    contestants: &[Contestant],
    load: Load,
    start: impl Fn(&Contestant) -> Running,
    seconds: u32,
    rounds: u32,
) {
    let mut seen: Vec<Vec<Round>> = contestants.iter().map(|_| Vec::new()).collect();
    for number in 0..rounds as usize {
        for (contestant, seen) in contestants.iter().zip(&mut seen) {
            let server = start(contestant);
            // The first second warms caches and the allocator.
            load::round(&server, load, "1", 1, 1_000 + number);
            seen.push(load::round(&server, load, "1", seconds, number));
        }
    }
    let medians: Vec<Round> = seen.iter().map(|rounds| median(rounds)).collect();
    for (contestant, median) in contestants.iter().zip(&medians) {
        let ours = medians[0];
        println!(
            "| {what} | {} | {:.0} ({:.2}×) | {:.1} ({:.2}×) | {:.2} |",
            contestant.name,
            median.rate,
            ours.rate / median.rate,
            median.processor,
            median.processor / ours.processor,
            median.p99
        );
    }
}

/// The median of each figure by itself.
fn median(rounds: &[Round]) -> Round {
    let of = |figure: fn(&Round) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Round { rate: of(|round| round.rate), processor: of(|round| round.processor), p99: of(|round| round.p99) }
}
