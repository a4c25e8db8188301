//! Instructions per call, counted by valgrind's callgrind: the same program gives the same number, however busy the
//! machine is.

use std::path::Path;
use std::process::Command;

/// The shorter and the longer run. What they have in common, start and boot, goes away in the difference.
const RUNS: [u64; 2] = [1_000, 6_000];

/// Why nothing can be counted, where nothing can.
pub(crate) fn missing() -> Option<String> {
    match Command::new("valgrind").arg("--version").output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!("`valgrind --version` failed: {}", output.status)),
        Err(error) => Some(format!("valgrind can't be started: {error}")),
    }
}

/// Instructions that one call of the case costs in `program count <case> <times>`.
pub(crate) fn per_call(program: &Path, case: &str) -> f64 {
    counted(program, "--tool=callgrind", case)
}

/// The same of what happens within a function of this name: what comes before it may differ from run to run.
pub(crate) fn per_call_within(program: &Path, function: &str, case: &str) -> f64 {
    counted(program, &format!("--tool=callgrind --toggle-collect={function}"), case)
}

fn counted(program: &Path, tool: &str, case: &str) -> f64 {
    let [fewer, more] = RUNS.map(|times| total(program, tool, case, times));
    (more - fewer) as f64 / (RUNS[1] - RUNS[0]) as f64
}

/// Allocations that one call of the case makes: memcheck counts those of the whole process.
pub(crate) fn allocations_per_call(program: &Path, case: &str) -> f64 {
    let [fewer, more] = RUNS.map(|times| {
        let said = run(program, "--tool=memcheck", case, times);
        // `total heap usage: 12,345 allocs, 11,000 frees, …`
        let usage = said.lines().find_map(|line| line.split_once("total heap usage: "));
        let (_, usage) = usage.unwrap_or_else(|| panic!("memcheck said no heap usage:\n{said}"));
        usage.split(' ').next().unwrap_or_default().replace(',', "").parse::<u64>().expect("a total is a number")
    });
    (more - fewer) as f64 / (RUNS[1] - RUNS[0]) as f64
}

/// Everything that was counted.
fn total(program: &Path, tool: &str, case: &str, times: u64) -> u64 {
    let said = run(program, tool, case, times);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, total) = collected.unwrap_or_else(|| panic!("callgrind said no total:\n{said}"));
    total.trim().parse().expect("a total is a number")
}

/// What valgrind says about a run; `tool` is a list of options.
fn run(program: &Path, tool: &str, case: &str, times: u64) -> String {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(tool.split(' '));
    if tool.contains("callgrind") {
        valgrind.arg("--callgrind-out-file=/dev/null");
    }
    let output = valgrind.arg(program).args(["count", case, &times.to_string()]).output();
    let output = output.expect("valgrind was there a moment ago");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{} count {case} failed under valgrind:\n{said}", program.display());
    said
}
