//! One round of load by wrk, on the other core.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::build;
use crate::case::Case;
use crate::contestant::Running;

/// Requests that are under way at once.
const CONNECTIONS: u32 = 64;

/// What one round showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Microseconds of the server's processor time per request.
    pub(crate) processor: f64,
    /// Milliseconds within which 99 of 100 were answered.
    pub(crate) p99: f64,
}

/// Whether wrk is there.
pub(crate) fn is_there() -> bool {
    Command::new("wrk").arg("-v").output().is_ok()
}

/// One round.
pub(crate) fn round(server: &Running, case: Case, seconds: u32) -> Round {
    let folder = build::repository().join("benches/http/load");
    let paths = build::scratch("http").join("paths");
    fs::write(&paths, case.paths().join("\n")).expect("the target folder can be written to");
    let mut wrk = Command::new("taskset");
    wrk.args(["-c", "1", "wrk", "-t1", "--latency"]).arg(format!("-c{CONNECTIONS}")).arg(format!("-d{seconds}s"));
    if let Some(script) = case.script() {
        wrk.arg("-s").arg(folder.join(script));
    }
    wrk.arg(format!("http://127.0.0.1:{}{}", server.port, case.paths()[0])).env("PATHS", &paths);
    let before = server.processor();
    let output = wrk.output().expect("wrk is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let used = server.processor().saturating_sub(before);
    assert!(!text.contains("Socket errors"), "requests failed:\n{text}");
    assert_eq!(text.contains("Non-2xx"), case == Case::NotFound, "{}:\n{text}", case.name());
    let requests: f64 = word_before(&text, "requests in").parse().expect("wrk counts requests");
    Round {
        rate: word_after(&text, "Requests/sec:").parse().expect("wrk prints the rate"),
        processor: used.as_secs_f64() * 1e6 / requests,
        p99: milliseconds(word_after(&text, " 99%")),
    }
}

fn word_before<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split(mark).next().and_then(|before| before.split_whitespace().next_back()).unwrap_or_default()
}

fn word_after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split(mark).nth(1).and_then(|after| after.split_whitespace().next()).unwrap_or_default()
}

/// `950.00us`, `1.20ms`, `2.00s`.
fn milliseconds(text: &str) -> f64 {
    let digits = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().expect("wrk prints a number");
    let second = Duration::from_secs(1).as_millis() as f64;
    match unit {
        "us" => number / 1e3,
        "ms" => number,
        _ => number * second,
    }
}
