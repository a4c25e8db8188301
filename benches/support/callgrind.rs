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
    let [fewer, more] = RUNS.map(|times| total(program, case, times));
    (more - fewer) as f64 / (RUNS[1] - RUNS[0]) as f64
}

/// Everything that the process executed.
fn total(program: &Path, case: &str, times: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["count", case, &times.to_string()])
        .output()
        .expect("valgrind was there a moment ago");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} count {case} failed under valgrind:\n{said}", program.display());
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, total) = collected.unwrap_or_else(|| panic!("callgrind said no total:\n{said}"));
    total.trim().parse().expect("a total is a number")
}
