//! The cases of `dispatch` by instruction count, with and without what is recorded per event.
//!
//! Builds that bench twice, with the feature `causality` and without, and runs each case under valgrind's callgrind.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use std::path::Path;

use self::support::{asked, build, callgrind};

fn main() {
    if !asked() {
        return;
    }
    if let Some(reason) = callgrind::missing() {
        println!("instructions are not counted: {reason}");
        return;
    }
    println!("| event | measured | causality | generated | by hand | map | generated / by hand | map / generated |");
    println!("|---|---|---|--:|--:|--:|--:|--:|");
    for (causality, arguments) in [("off", &["--no-default-features"][..]), ("on", &[])] {
        let mut cargo = build::cargo();
        cargo.current_dir(build::repository()).args(["build", "--profile", "bench", "--bench", "dispatch"]);
        let program = build::executable(cargo.args(arguments));
        for event in ["order", "tick"] {
            for measured in ["fan_out", "publish"] {
                row(&program, event, measured, causality);
            }
        }
    }
}

fn row(program: &Path, event: &str, measured: &str, causality: &str) {
    let count = |contestant| callgrind::per_call(program, &format!("{event}/{measured}/{contestant}"));
    let (generated, by_hand, map) = (count("generated"), count("by_hand"), count("map"));
    println!(
        "| {event} | {measured} | {causality} | {generated:.0} | {by_hand:.0} | {map:.0} | {:.2} | {:.1} |",
        generated / by_hand,
        map / generated
    );
}
