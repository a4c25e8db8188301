//! What waits on a bus within the process goes on in the process that takes over: after an upgrade, and after an edit.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{PATIENCE, Process, SERVES};

/// Long enough for a process to boot before any of it is due.
const DELAY: u64 = 8_000;

/// Status and body of an answer; `None` where nobody listens yet.
fn ask(port: u16, line: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "{line} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

fn data(port: u16, path: &str) -> Value {
    let Some((200, body)) = ask(port, &format!("GET {path}")) else { return Value::Null };
    serde_json::from_str::<Value>(&body).unwrap()["data"].clone()
}

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

/// Publishes one that is delayed, one that fails for good, and two of one key, of which the first fails four times.
fn publish(port: u16) {
    for path in [
        format!("/late/delayed?delay={DELAY}&failing=0"),
        "/late/broken?delay=0&failing=0".to_owned(),
        "/late/first?key=a&delay=0&failing=4".to_owned(),
        "/late/second?key=a&delay=0&failing=0".to_owned(),
    ] {
        assert_eq!(ask(port, &format!("POST {path}")).unwrap().0, 204, "{path}");
    }
    until("the one that fails for good", || data(port, "/late/dead") == json!([["later.late.in_time", 1]]));
    let told = json!(["at once broken 0", "at once first 0", "at once second 0"]);
    assert_eq!(data(port, "/late"), told, "the others wait");
}

/// The next process has handled it all, with the attempts of the one before, and in the order of their key.
fn has_gone_on(port: u16) {
    until("all of it is handled", || data(port, "/late").as_array().is_some_and(|all| all.len() >= 4));
    let handled = data(port, "/late");
    let mut all: Vec<&str> = handled.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let place = |name: &str| all.iter().position(|one| one.contains(name));
    assert!(place("first") < place("second"), "{all:?}");
    all.sort_unstable();
    assert_eq!(all, ["at once delayed 1", "in time delayed 1", "in time first 5", "in time second 1"]);
    assert_eq!(data(port, "/late/dead"), json!([["later.late.in_time", 1]]), "dead letters are there still");
}

#[test]
fn what_waits_when_a_process_hands_over_goes_on_in_the_next_one() {
    // What is due within that time is delivered by the old process.
    let process = Process::start(&[("CONTROL_SOCKET", "off"), ("STOP_EVENTS", "100ms")]);
    publish(process.port);
    let upgrade = Command::new("kill").arg("-USR2").arg(process.child.id().to_string()).status();
    assert!(upgrade.unwrap().success());
    until("the old process has ended", || process.log().contains("INFO stopped"));
    has_gone_on(process.port);
    let log = process.log();
    assert!(log.contains("the bus goes on with what the process before has left"), "{log}");
    assert!(!log.contains("are not delivered in time") && !log.contains("stopped before"), "{log}");
    let next = log.split("serves as process ").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
    assert!(Command::new("kill").arg(next).status().unwrap().success());
    until("the end of the next one", || process.log().matches("INFO stopped").count() == 2);
}

/// A process under a supervisor, as `dev` is one: it says what it leaves, and is told what was left.
struct Supervised {
    child: Child,
    channel: BufReader<UnixStream>,
    port: u16,
    _folder: TempDir,
}

impl Supervised {
    fn start(left: &Value) -> Self {
        let (folder, (ours, theirs)) = (tempfile::tempdir().unwrap(), UnixStream::pair().unwrap());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["process::child", "--exact", "--nocapture", "--test-threads=1"]).current_dir(&folder);
        command.env(SERVES, "1").env("HTTP_PORT", port.to_string()).env("STOP_EVENTS", "100ms");
        command.env("AUTH_SECRET_KEY", "a key of at least thirty-two bytes").env("LOG_LEVEL", "error");
        command.env("MICROCORE_TAKES_OVER_FROM", std::process::id().to_string());
        command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null());
        let mut process =
            Self { child: command.spawn().unwrap(), channel: BufReader::new(ours), port, _folder: folder };
        assert!(process.hears()["hello"].is_object());
        process.says(&json!({ "welcome": { "allow_breaking": true, "stays": true, "left": left } }));
        assert_eq!(process.hears(), "ready");
        process.says(&json!({ "go": { "drains": 0 } }));
        process
    }

    fn says(&mut self, word: &Value) {
        writeln!(self.channel.get_mut(), "{word}").unwrap();
    }

    fn hears(&mut self) -> Value {
        let mut line = String::new();
        self.channel.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// It ends, and says what it leaves.
    fn leaves(mut self) -> Value {
        self.says(&json!("leave"));
        let left = self.hears()["left"].clone();
        assert!(self.child.wait().unwrap().success());
        left
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[test]
fn what_waits_when_a_file_is_edited_goes_on_in_the_next_process() {
    let process = Supervised::start(&json!({}));
    until("it serves", || ask(process.port, "GET /late").is_some());
    publish(process.port);
    let left = process.leaves();
    let bus: Value = serde_json::from_str(left["bus"].as_str().unwrap()).unwrap();
    assert_eq!((bus["waiting"].as_array().unwrap().len(), bus["dead"].as_array().unwrap().len()), (4, 1), "{bus}");
    let next = Supervised::start(&left);
    has_gone_on(next.port);
    assert!(next.leaves()["bus"].as_str().unwrap().contains("\"waiting\":[]"), "only the dead letter is left");
}

#[test]
fn what_can_not_be_read_or_is_for_nobody_stops_no_boot() {
    let envelope = json!({ "id": "a-1", "event": "belated", "time": 1, "origin": "a-1" });
    let for_nobody = json!({
        "subscriber": "later.gone.away", "envelope": envelope, "payload": "{}", "attempts": 1, "due": 0
    });
    for (bus, dead) in [
        ("nonsense".to_owned(), json!([])),
        (json!({ "waiting": [for_nobody], "dead": [] }).to_string(), json!([["later.gone.away", 1]])),
    ] {
        let process = Supervised::start(&json!({ "bus": bus }));
        until("it tells its dead letters", || data(process.port, "/late/dead") == dead);
        process.leaves();
    }
}
