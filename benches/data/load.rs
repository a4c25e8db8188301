//! One round of load by wrk, on the other core.

use std::path::Path;

use crate::servers::{Running, on_core};
use crate::support::wrk::{self, Round};

/// Requests that are under way at once.
const CONNECTIONS: u32 = 64;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    Read,
    List,
    Insert,
}

/// One round; `number` keeps the users of rounds apart.
pub(crate) fn round(server: &Running, load: Load, seconds: u32, number: usize) -> Round {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/data/load");
    let (script, path) = match load {
        Load::Read => (Some("read.lua"), "/"),
        Load::List => (None, "/users"),
        Load::Insert => (Some("insert.lua"), "/"),
    };
    let mut wrk = on_core(1);
    wrk.args(["wrk", "-t1", "--latency"]).arg(format!("-c{CONNECTIONS}")).arg(format!("-d{seconds}s"));
    if let Some(script) = script {
        wrk.arg("-s").arg(folder.join(script));
    }
    wrk.arg(format!("http://127.0.0.1:{}{path}", server.port)).env("ROUND", number.to_string());
    let (before, users) = (server.processor(), server.users());
    let output = wrk.output().expect("wrk is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let used = server.processor().saturating_sub(before);
    assert!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "requests failed:\n{text}");
    if load == Load::Insert {
        // What was answered is there.
        assert!((server.users() - users) as f64 >= wrk::requests(&text), "answered inserts are missing");
    }
    wrk::round(&text, used)
}
