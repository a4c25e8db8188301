//! The application as a process of its own: how it ends.

use std::env;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::App;

pub const SERVES: &str = "PROCESS_SERVES";
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What the tests here start; by itself it does nothing.
#[test]
fn child() -> ExitCode {
    if env::var_os(SERVES).is_none() {
        ExitCode::SUCCESS
    } else {
        microcore_runtime::lifecycle::serve_application::<App>()
    }
}

pub struct Process {
    pub child: Child,
    pub port: u16,
    folder: TempDir,
}

impl Process {
    /// It serves when this returns.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["process::child", "--exact", "--nocapture", "--test-threads=1"]);
        command.current_dir(&folder).env(SERVES, "1").env("HTTP_PORT", port.to_string()).env("JOURNAL", "process");
        command.env("AUTH_SECRET_KEY", "a key of at least thirty-two bytes");
        let log = File::create(folder.path().join("log")).unwrap();
        command.envs(settings.iter().copied()).stdout(Stdio::null()).stderr(log);
        let process = Self { child: command.spawn().unwrap(), port, folder };
        process.until_it_says("serves http://");
        process
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    #[track_caller]
    fn until_it_says(&self, text: &str) {
        let started = Instant::now();
        while !self.log().contains(text) {
            assert!(started.elapsed() < PATIENCE, "it did not say {text:?}:\n{}", self.log());
            std::thread::yield_now();
        }
    }

    fn asked_to_stop(&self) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(kill.unwrap().success());
    }

    /// Its exit code and its log; without a code where it does not end.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), self.log());
            }
            std::thread::yield_now();
        }
        (None, self.log())
    }

    /// A connection on which this was asked.
    fn ask(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let (line, headers) = request.split_once('\n').unwrap_or((request, ""));
        write!(stream, "{line} HTTP/1.1\r\nhost: test\r\n{headers}\r\n").unwrap();
        stream
    }

    /// The first line of the answer.
    fn answers(&self, request: &str) -> String {
        let (mut stream, mut reply) = (self.ask(request), [0; 12]);
        stream.read_exact(&mut reply).unwrap();
        String::from_utf8_lossy(&reply[9..]).into_owned()
    }

    /// What was asked before this is being worked on.
    fn is_at_work(&self) {
        assert_eq!(self.answers("GET /error"), "500");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[test]
fn it_ends_after_its_deadline_though_a_handler_blocks_its_thread_for_ever() {
    let process = Process::start(&[("DRAIN_TIMEOUT", "200ms")]);
    let mut stuck = process.ask("GET /stuck");
    process.is_at_work();
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("a request was cut") && log.contains("path=\"/stuck\""), "{log}");
    assert_eq!(stuck.read(&mut [0; 12]).unwrap_or_default(), 0, "nobody answers what was cut");
}

#[test]
fn a_handler_that_hangs_is_cut_and_named() {
    let process = Process::start(&[("DRAIN_TIMEOUT", "200ms")]);
    let _hangs = process.ask("GET /guests/hangs");
    process.is_at_work();
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("a request was cut") && log.contains("path=\"/guests/hangs\""), "{log}");
}

#[test]
fn a_plugin_that_hangs_at_the_stop_is_named_and_holds_up_nobody_for_long() {
    let process = Process::start(&[("STUBBORN_REFUSES", "on_shutdown"), ("STOP_PLUGINS", "200ms")]);
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("on_shutdown did not end within 200ms") && log.contains("hall.stubborn"), "{log}");
    assert!(!log.contains("hall.waiter"), "those that ended are not named: {log}");
}

#[test]
fn a_tool_that_hangs_at_the_stop_is_named_and_holds_up_nobody_for_long() {
    let process = Process::start(&[("FLAKY", "hang at the stop"), ("STOP_TOOLS", "200ms")]);
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("shutdown failed") && log.contains("tool=\"flaky\""), "{log}");
}

#[test]
fn an_event_whose_handler_hangs_is_named() {
    let process = Process::start(&[("STOP_EVENTS", "200ms")]);
    assert_eq!(process.answers("POST /guests/true"), "204");
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("events are not delivered in time") && log.contains("at_work=\"hall.guests.sits\""), "{log}");
}

/// What opens a web socket; the key is any.
const SOCKET: &str = "GET /live/chat/everywhere\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[test]
fn all_of_it_together_ends_within_the_one_deadline() {
    // Each part alone would take as long as the whole may.
    let process = Process::start(&[
        ("STOP_TIMEOUT", "3s"),
        ("DRAIN_TIMEOUT", "1s"),
        ("STOP_EVENTS", "1m"),
        ("STOP_PLUGINS", "1m"),
        ("STOP_TOOLS", "1m"),
        ("STUBBORN_REFUSES", "on_shutdown"),
        ("FLAKY", "hang at the stop"),
    ]);
    let _stream = process.ask("GET /live/ticks");
    let _socket = process.ask(SOCKET);
    let _hangs = process.ask("GET /guests/hangs");
    let _stuck = process.ask("GET /stuck");
    assert_eq!(process.answers("POST /guests/true"), "204");
    process.is_at_work();
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert!(code.is_some(), "{log}");
    assert!(log.contains("path=\"/guests/hangs\""), "{log}");
    assert!(log.contains("hall.guests.sits"), "{log}");
}

#[test]
fn streams_and_sockets_do_not_hold_up_a_stop() {
    let process = Process::start(&[]);
    let mut open = [process.ask("GET /live/ticks"), process.ask(SOCKET)];
    for stream in &mut open {
        stream.read_exact(&mut [0; 12]).unwrap();
    }
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("cut"), "{log}");
}

#[test]
fn where_every_thread_is_blocked_the_signal_is_heard_and_the_deadline_kept() {
    let process = Process::start(&[("HTTP_WORKERS", "1"), ("STOP_TIMEOUT", "500ms")]);
    let _blocks = process.ask("GET /guests/blocks");
    // Nobody can say that the handler has begun: its thread is the only one. It accepts nothing more when it has.
    process.asked_to_stop();
    process.until_it_says("stopping");
    let (code, log) = process.ended();
    // Where the signal came first, the handler never began.
    assert!(code == Some(0) || code == Some(1) && log.contains("the stop took longer than"), "{code:?} {log}");
}

#[test]
fn a_plugin_that_blocks_the_only_thread_at_the_stop_is_named_when_the_process_ends() {
    let force = ("STUBBORN_REFUSES", "on_shutdown by force");
    let process = Process::start(&[("HTTP_WORKERS", "1"), ("STOP_TIMEOUT", "1s"), force]);
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("the stop took longer than 950ms"), "{log}");
    assert!(log.contains("on_shutdown of") && log.contains("hall.stubborn"), "{log}");
}

#[test]
fn who_asks_twice_does_not_wait() {
    let process = Process::start(&[("DRAIN_TIMEOUT", "1h"), ("STOP_TIMEOUT", "1h")]);
    let _hangs = process.ask("GET /guests/hangs");
    process.is_at_work();
    process.asked_to_stop();
    process.until_it_says("stopping");
    process.asked_to_stop();
    let (code, log) = process.ended();
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("asked again") && log.contains("requests in flight"), "{log}");
}
