//! The application as a process of its own: how it ends.

use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::App;

const SERVES: &str = "PROCESS_SERVES";
const PATIENCE: Duration = Duration::from_secs(60);

/// What the tests here start; by itself it does nothing.
#[test]
fn child() -> ExitCode {
    if env::var_os(SERVES).is_none() { ExitCode::SUCCESS } else { microcore::lifecycle::serve_application::<App>() }
}

struct Process(Child);

impl Process {
    fn start(folder: &std::path::Path, port: u16, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["process::child", "--exact", "--nocapture", "--test-threads=1"]);
        command.current_dir(folder).env(SERVES, "1").env("HTTP_PORT", port.to_string()).env("JOURNAL", "process");
        command.envs(settings.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    fn asked_to_stop(&self) {
        let kill = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(kill.unwrap().success());
    }

    /// Its exit code; `None` where it does not end.
    fn ended(&mut self) -> Option<i32> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            std::thread::yield_now();
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// A connection on which this was asked.
fn ask(port: u16, path: &str) -> TcpStream {
    let started = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(started.elapsed() < PATIENCE, "{error}"),
        }
        std::thread::yield_now();
    };
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").unwrap();
    stream
}

#[test]
fn it_ends_after_its_deadline_though_a_handler_blocks_its_thread_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let key = "a key of at least thirty-two bytes";
    let mut process = Process::start(folder.path(), port, &[("DRAIN_TIMEOUT", "200ms"), ("AUTH_SECRET_KEY", key)]);
    let mut stuck = ask(port, "/stuck");
    // The server works on what came before this.
    let mut reply = [0; 12];
    ask(port, "/error").read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"HTTP/1.1 500");
    process.asked_to_stop();
    assert_eq!(process.ended(), Some(0), "it is still there");
    assert_eq!(stuck.read(&mut reply).unwrap_or_default(), 0, "nobody answers what was cut");
}
