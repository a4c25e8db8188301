//! What a request costs: our release server beside hyper by hand, axum and actix-web, each doing the same work.
//!
//! The servers (`servers/`) have the same routes and the same bytes in their answers, and each runs on one thread on
//! core 0, wrk with 64 connections on core 1. Rounds take turns, so that whatever else the machine does meets all;
//! shown are the medians, of ratios too. hyper by hand is there twice: with nothing around its routes, and with the same headers and limit
//! as ours (`servers/edge/`). Ours is there three times: as it comes, without its meters (the feature `observe`), and with everything off that can be off (`BARE` in
//! `contestant.rs`, and the feature `causality`), which is what hyper by hand does.
//!
//! Instructions (`count.rs`) are those of the same programs in user space under callgrind, on one connection.
//!
//! `-- 3 5`: 3 seconds per round, 5 rounds. Words leave the rest out: `load`, `count`, `flat`, `memory`, `watched`; and the
//! beginning of a contestant's or a case's name (`axum`, `plaintext`) measures that one only.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
#![allow(clippy::unnecessary_debug_formatting, reason = "a path in quotes is a text of TOML and of Rust")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

mod case;
mod client;
mod contestant;
mod count;
mod generate;
mod load;
mod memory;
mod watched;

use self::case::Case;
use self::contestant::Who;
use self::support::wrk::{self, Round};
use self::support::{build, callgrind};

const PARTS: [&str; 5] = ["load", "count", "flat", "memory", "watched"];

/// What was asked for on the command line.
struct Wanted {
    words: Vec<String>,
    seconds: u32,
    rounds: u32,
}

fn main() {
    if !support::asked() {
        return;
    }
    let wanted = Wanted::read();
    std::fs::create_dir_all(build::scratch("http")).expect("the target folder can be written to");
    if wanted.part("load") && wrk::is_there() {
        under_load(&wanted);
    }
    if wanted.part("watched") && wrk::is_there() {
        watched::measure(wanted.seconds, wanted.rounds);
    }
    if let Some(reason) = callgrind::missing() {
        println!("\ninstructions are not counted: {reason}");
    } else {
        if wanted.part("count") {
            counted(&wanted, "instructions per request", &Case::COUNTED);
        }
        if wanted.part("flat") {
            counted(&wanted, "instructions by the number of routes", &[10, 100, 1_000].map(Case::Routes));
        }
    }
    if wanted.part("memory") {
        remembered(&wanted);
    }
}

impl Wanted {
    fn read() -> Self {
        // 404 is a case.
        let (numbers, words): (Vec<String>, Vec<String>) = std::env::args()
            .skip(1)
            .filter(|word| !word.starts_with('-'))
            .partition(|word| word.parse::<u32>().is_ok() && *word != Case::NotFound.name());
        let mut numbers = numbers.iter().filter_map(|number| number.parse().ok());
        Self { words, seconds: numbers.next().unwrap_or(3), rounds: numbers.next().unwrap_or(3) }
    }

    fn part(&self, part: &str) -> bool {
        !self.words.iter().any(|word| PARTS.contains(&word.as_str())) || self.words.iter().any(|word| word == part)
    }

    /// Those that are named, or all where none is.
    fn among<T: Copy>(&self, all: &[T], name: impl Fn(T) -> String) -> Vec<T> {
        let named: Vec<T> = all
            .iter()
            .copied()
            .filter(|one| self.words.iter().any(|word| name(*one).starts_with(word.as_str())))
            .collect();
        if named.is_empty() { all.to_vec() } else { named }
    }

    fn contestants(&self) -> Vec<Who> {
        self.among(&Who::ALL, |who| who.name().to_owned())
    }
}

fn under_load(wanted: &Wanted) {
    println!("\n| | server | requests/s | µs of processor per request | p99, ms |\n|---|---|--:|--:|--:|");
    for case in wanted.among(&Case::ALL, Case::name) {
        let contestants: Vec<_> = wanted.contestants().into_iter().map(|who| who.build(case.routes())).collect();
        let mut seen: Vec<Vec<Round>> = contestants.iter().map(|_| Vec::new()).collect();
        for _ in 0..wanted.rounds {
            for (contestant, seen) in contestants.iter().zip(&mut seen) {
                let server = contestant.start(&["taskset", "-c", "0"]);
                // The first second warms caches and the allocator.
                load::round(&server, case, 1);
                seen.push(load::round(&server, case, wanted.seconds));
            }
        }
        for (contestant, seen_here) in contestants.iter().zip(&seen) {
            let shown = |figure: fn(&Round) -> f64| {
                let pairs = seen_here.iter().zip(&seen[0]);
                // Of each round by itself: the machine's bad minute meets both sides of it.
                let ratio = median(pairs.map(|(ours, first)| figure(ours) / figure(first)));
                (median(seen_here.iter().map(figure)), ratio)
            };
            let (rate, processor, p99) =
                (shown(|round| round.rate), shown(|round| round.processor), shown(|round| round.p99));
            println!(
                "| {} | {} | {:.0} ({:.2}×) | {:.2} ({:.2}×) | {:.2} |",
                case.name(),
                contestant.who.name(),
                rate.0,
                rate.1,
                processor.0,
                processor.1,
                p99.0
            );
        }
    }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn counted(wanted: &Wanted, title: &str, cases: &[Case]) {
    let contestants = wanted.contestants();
    let names: Vec<&str> = contestants.iter().map(|who| who.name()).collect();
    println!("\n| {title} | {} |\n|---|{}", names.join(" | "), "--:|".repeat(names.len()));
    for case in wanted.among(cases, Case::name) {
        let mut row = format!("| {} |", case.name());
        let mut first = None;
        for who in &contestants {
            let count = count::per_request(&who.build(case.routes()), case);
            let ratio = count / *first.get_or_insert(count);
            row = format!("{row} {count:.0} ({ratio:.2}×) |");
        }
        println!("{row}");
    }
}

fn remembered(wanted: &Wanted) {
    if !memory::raise_descriptors() {
        println!("\nmemory is not measured: the limit of open files can't be raised (prlimit)");
        return;
    }
    println!("\n| memory | bytes per idle connection | KiB after 100,000 requests | KiB after 1,000,000 more |");
    println!("|---|--:|--:|--:|");
    for who in wanted.contestants() {
        let contestant = who.build(10);
        let idle = memory::per_connection(&contestant);
        let (before, after) = memory::growth(&contestant);
        println!("| {} | {idle:.0} | {before:.0} | {after:.0} |", who.name());
    }
}
