//! One round of load by wrk, on the cores that it is given.

use std::path::Path;

use crate::servers::{Running, on_cores};
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
pub(crate) fn round(server: &Running, load: Load, cores: &str, seconds: u32, number: usize) -> Round {
    let (before, users) = (server.processor(), server.users());
    let text = send(server.port, load, cores, seconds, number);
    let used = server.processor().saturating_sub(before);
    if load == Load::Insert {
        // What was answered is there.
        assert!((server.users() - users) as f64 >= wrk::requests(&text), "answered inserts are missing");
    }
    wrk::round(&text, used)
}

/// The load of one round, and what wrk prints of it.
pub(crate) fn send(port: u16, load: Load, cores: &str, seconds: u32, number: usize) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/data/load");
    let (script, path) = match load {
        Load::Read => (Some("read.lua"), "/"),
        Load::List => (None, "/users"),
        Load::Insert => (Some("insert.lua"), "/"),
    };
    let mut wrk = on_cores(cores);
    wrk.args(["wrk", "-t1", "--latency"]).arg(format!("-c{CONNECTIONS}")).arg(format!("-d{seconds}s"));
    if let Some(script) = script {
        wrk.arg("-s").arg(folder.join(script));
    }
    wrk.arg(format!("http://127.0.0.1:{port}{path}")).env("ROUND", number.to_string());
    let output = wrk.output().expect("wrk is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "requests failed:\n{text}");
    text
}
