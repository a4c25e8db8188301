//! Instructions per request: each server under callgrind, asked on many connections at once, so that writes wait
//! together as they do under load. What a longer run executes more than a shorter one is the requests' own.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use crate::load::Load;
use crate::servers::{self, Contestant};
use crate::support::client::answer;
use crate::support::{build, callgrind};

/// The shorter and the longer run.
const RUNS: [usize; 2] = [1_024, 5_120];
/// Requests that are under way at once.
const CONNECTIONS: usize = 64;

/// Prints the table.
pub(crate) fn print(wanted: &[String]) {
    if let Some(missing) = callgrind::missing() {
        println!("\n{missing}, so no instructions are counted");
        return;
    }
    let [in_place, grouping] = servers::by_hand();
    let contestants = [in_place, grouping, servers::edge_off(), servers::as_shipped()];
    let names: Vec<&str> = contestants.iter().map(|contestant| contestant.name).collect();
    println!("\n| instructions per request | {} |\n|---|{}", names.join(" | "), "--:|".repeat(names.len()));
    for (what, load) in [("one row by id", Load::Read), ("20 rows", Load::List), ("insert", Load::Insert)] {
        if wanted.iter().any(|word| word == "read" || word == "list" || word == "insert")
            && !wanted.iter().any(|word| *word == format!("{load:?}").to_lowercase())
        {
            continue;
        }
        let counts: Vec<f64> = contestants.iter().map(|contestant| per_request(contestant, load)).collect();
        // The better of the two by hand.
        let best = counts[0].min(counts[1]);
        let cells: Vec<String> = counts.iter().map(|count| format!("{count:.0} ({:.2})", count / best)).collect();
        println!("| {what} | {} |", cells.join(" | "));
    }
}

fn per_request(contestant: &Contestant, load: Load) -> f64 {
    let [fewer, more] = RUNS.map(|times| total(contestant, load, times));
    (more - fewer) as f64 / (RUNS[1] - RUNS[0]) as f64
}

fn total(contestant: &Contestant, load: Load, times: usize) -> u64 {
    let said = build::scratch("data").join("callgrind.log");
    let log = format!("--log-file={}", said.display());
    let profile = std::env::var("CALLGRIND_OUT").unwrap_or_else(|_| "/dev/null".to_owned());
    let profile = format!("--callgrind-out-file={profile}");
    let running = contestant.start_under(&["valgrind", "--tool=callgrind", &profile, &log], "normal");
    ask(running.port, load, times);
    running.terminate();
    let said = fs::read_to_string(&said).expect("valgrind keeps a log");
    let total = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, total) = total.unwrap_or_else(|| panic!("callgrind said no total:\n{said}"));
    total.trim().parse().expect("a total is a number")
}

/// Sends a request on every connection, then reads the answers, as often as it takes.
fn ask(port: u16, load: Load, times: usize) {
    let mut streams: Vec<TcpStream> = (0..CONNECTIONS).map(|_| connect(port)).collect();
    let mut buffer = vec![0; 64 << 10];
    for turn in 0..times / CONNECTIONS {
        for (number, stream) in streams.iter_mut().enumerate() {
            stream.write_all(request(load, turn * CONNECTIONS + number).as_bytes()).expect("the server reads");
        }
        for stream in &mut streams {
            let answer = answer(stream, &mut buffer);
            let expected = if load == Load::Insert { "HTTP/1.1 201 " } else { "HTTP/1.1 200 " };
            assert!(answer.starts_with(expected), "a request was answered\n{answer}");
        }
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(Duration::from_secs(60)))).expect("a socket");
    stream
}

fn request(load: Load, number: usize) -> String {
    let head = "host: 127.0.0.1\r\naccept: */*\r\nuser-agent: bench\r\n";
    match load {
        Load::Read => format!("GET /users/{} HTTP/1.1\r\n{head}\r\n", 1 + number % servers::USERS as usize),
        Load::List => format!("GET /users HTTP/1.1\r\n{head}\r\n"),
        Load::Insert => {
            let body = format!("{{\"name\":\"Ana Maria\",\"email\":\"counted.{number}@example.com\"}}");
            let kind = "content-type: application/json";
            format!("POST /users HTTP/1.1\r\n{head}{kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        }
    }
}
