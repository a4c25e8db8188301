//! One round of load by wrk, on the other core.

use std::fs;
use std::process::Command;

use crate::build;
use crate::case::Case;
use crate::contestant::Running;
use crate::support::wrk::{self, Round};

/// Requests that are under way at once.
const CONNECTIONS: u32 = 64;

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
    wrk::round(&text, used)
}
