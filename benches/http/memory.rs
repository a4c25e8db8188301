//! What connections cost that say nothing, and what requests leave behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::build;
use crate::case::Case;
use crate::contestant::{Contestant, Running};

/// Connections that are kept.
const IDLE: usize = 10_000;
/// As many connections carry the requests.
const BUSY: usize = 64;
const REQUESTS: usize = 1_000_000;

/// Bytes of resident memory per connection that asked once and is kept.
pub(crate) fn per_connection(contestant: &Contestant) -> f64 {
    let server = contestant.start(&["taskset", "-c", "0"]);
    // What the first requests cost once.
    let mut kept = open(&server, 100);
    let before = server.resident();
    kept.extend(open(&server, IDLE));
    let after = server.resident();
    (after - before) * 1024.0 / IDLE as f64
}

fn open(server: &Running, connections: usize) -> Vec<TcpStream> {
    let request = Case::Json.request("/json");
    let mut buffer = [0; 4096];
    let one = |_| {
        let mut stream =
            TcpStream::connect(("127.0.0.1", server.port)).expect("there are descriptors: see `ulimit -n`");
        stream.write_all(request.as_bytes()).expect("the server reads");
        let read = stream.read(&mut buffer).expect("the server answers");
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
        stream
    };
    (0..connections).map(one).collect()
}

/// Resident memory in KiB after a first hundred thousand requests, and after a million more.
pub(crate) fn growth(contestant: &Contestant) -> (f64, f64) {
    let server = contestant.start(&["taskset", "-c", "0"]);
    pipeline(&server, REQUESTS / 10);
    let before = server.resident();
    pipeline(&server, REQUESTS);
    (before, server.resident())
}

/// Asks from many connections, on each the next request once the last is answered.
fn pipeline(server: &Running, requests: usize) {
    let request = Case::Json.request("/json");
    let mut streams = open(server, BUSY);
    let mut buffer = [0; 4096];
    for _ in 0..requests / BUSY {
        for stream in &mut streams {
            stream.write_all(request.as_bytes()).expect("the server reads");
        }
        for stream in &mut streams {
            let read = stream.read(&mut buffer).expect("the server answers");
            assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
        }
    }
}

/// This process and the servers that it starts may have so many descriptors; `false` where the system says no.
pub(crate) fn raise_descriptors() -> bool {
    // Client and server are processes of their own, and each needs one per connection.
    let limit = format!("--nofile={}:", IDLE + 1_000);
    let own = std::process::id().to_string();
    let raised = Command::new("prlimit").args(["--pid", &own, &limit]).current_dir(build::repository()).status();
    raised.is_ok_and(|status| status.success())
}
