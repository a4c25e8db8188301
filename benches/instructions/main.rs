//! The cases of `dispatch` by instruction count, with and without what is recorded per event.
//!
//! Builds that bench twice, with the feature `causality` and without, and runs each case under valgrind: callgrind counts
//! instructions, memcheck allocations. The nanoseconds are the best of many rounds, without valgrind; what recording
//! costs is their difference between the two builds. The loop around the cases is counted by itself and taken off.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use std::path::Path;
use std::process::Command;

use self::support::{asked, build, callgrind};

fn main() {
    if !asked() {
        return;
    }
    if let Some(reason) = callgrind::missing() {
        println!("instructions are not counted: {reason}");
        return;
    }
    println!(
        "| event | measured | causality | generated | by hand | map | generated / by hand | map / generated \
         | allocations, generated / by hand | ns, generated | ns, by hand | ns, map |"
    );
    println!("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let [off, on] = [("off", &["--no-default-features"][..]), ("on", &[])].map(|(causality, arguments)| {
        let mut cargo = build::cargo();
        cargo.current_dir(build::repository()).args(["rustc", "--profile", "bench", "--bench", "dispatch"]);
        // The name of the function that is counted stays.
        cargo.args(arguments).args(["--message-format=json", "--", "-C", "strip=none"]);
        let program = build::executable(&mut cargo);
        let cases = ["order", "tick"].into_iter().flat_map(|event| ["fan_out", "publish"].map(|way| (event, way)));
        let rows = cases.map(|(event, way)| (event, way, row(&program, event, way, causality))).collect::<Vec<_>>();
        // The next build has the same name.
        let kept = program.with_extension(causality);
        std::fs::copy(&program, &kept).expect("the target folder can be written to");
        (kept, rows)
    });
    println!("\n| request | meters, causality | instructions | allocations | ns |");
    println!("|---|---|--:|--:|--:|");
    for case in ["nothing", "whole"] {
        let [off, on] = [&off.0, &on.0].map(|program| requested(program, case));
        for (features, [instructions, allocations, nanos]) in [("off", off), ("on", on)] {
            println!("| {case} | {features} | {instructions:.0} | {allocations:.1} | {nanos:.1} |");
        }
        let [instructions, allocations, nanos] = [0, 1, 2].map(|which| on[which] - off[which]);
        println!("| {case} | what they cost | {instructions:.0} | {allocations:.1} | {nanos:.1} |");
    }
    println!("\n| event | measured | recording, envelope and causality together, ns |");
    println!("|---|---|--:|");
    for ((event, measured, with), (.., without)) in on.1.into_iter().zip(off.1) {
        println!("| {event} | {measured} | {:.0} |", with - without);
    }
}

/// Instructions, allocations and nanoseconds of a request that no server is around.
///
/// Under valgrind the clock is a system call: what a look at it costs without one, in the vdso, is not counted.
fn requested(program: &Path, case: &str) -> [f64; 3] {
    let case = format!("request/{case}");
    [
        callgrind::per_call_within(program, "dispatch::count", &case),
        callgrind::allocations_per_call(program, &case),
        nanoseconds(program, &case),
    ]
}

/// Prints a row; the nanoseconds of the generated way.
fn row(program: &Path, event: &str, measured: &str, causality: &str) -> f64 {
    let case = |contestant: &str| format!("{event}/{measured}/{contestant}");
    let contestants = ["generated", "by_hand", "map"];
    let counted = |contestant| callgrind::per_call_within(program, "dispatch::count", &case(contestant));
    let around = counted("nothing");
    let [generated, by_hand, map] = contestants.map(|contestant| counted(contestant) - around);
    let [ours, theirs] =
        ["generated", "by_hand"].map(|contestant| callgrind::allocations_per_call(program, &case(contestant)));
    let around = nanoseconds(program, &case("nothing"));
    let [nanos, nanos_by_hand, nanos_map] =
        contestants.map(|contestant| nanoseconds(program, &case(contestant)) - around);
    println!(
        "| {event} | {measured} | {causality} | {generated:.0} | {by_hand:.0} | {map:.0} | {:.2} | {:.1} \
         | {ours:.0} / {theirs:.0} | {nanos:.1} | {nanos_by_hand:.1} | {nanos_map:.1} |",
        generated / by_hand,
        map / generated
    );
    nanos
}

fn nanoseconds(program: &Path, case: &str) -> f64 {
    let output = Command::new(program).args(["time", case]).output().expect("it was built a moment ago");
    assert!(output.status.success(), "{} time {case} failed", program.display());
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("it prints a number")
}
