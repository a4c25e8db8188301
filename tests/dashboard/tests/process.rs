//! The shop as a process of its own, in a folder of its own; it can be killed and started again at the same port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Shop {
    child: Child,
    folder: tempfile::TempDir,
    settings: Vec<(String, String)>,
    port: u16,
    /// What it logged.
    log: Arc<Mutex<String>>,
}

impl Shop {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let settings: Vec<_> = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::default();
        let (child, port) = spawn(&folder, &settings, 0, &log);
        Self { child, folder, settings, port, log }
    }

    /// As a machine does that loses its power.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn start_again(&mut self) {
        (self.child, _) = spawn(&self.folder, &self.settings, self.port, &self.log);
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// Registers so many users.
    pub(crate) fn users(&self, count: usize) {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        for _ in 0..count {
            let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            self.post("/users", &json!({ "name": "Ana", "email": format!("ana{number}@example.com") }), 201);
        }
    }

    /// Places so many orders; the card of every third is refused.
    pub(crate) fn orders(&self, count: usize) {
        for _ in 0..count {
            self.post("/orders", &json!({ "item": "lamp", "cents": 1900 }), 201);
        }
    }

    /// Posts to the shop, which must answer so; gives the value of the answer.
    pub(crate) fn post(&self, path: &str, body: &Value, expected: u16) -> Value {
        let body = body.to_string();
        let headers = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        let (status, answer) = self.ask(&format!("POST {path}"), &headers, &body);
        assert_eq!(status, expected, "{answer}");
        answer["data"].clone()
    }

    /// What the API says.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask(&format!("GET /system/api/{path}"), "", "").1["data"].clone()
    }

    /// What the API says to an action.
    pub(crate) fn act(&self, path: &str) -> (u16, Value) {
        self.ask(&format!("POST /system/api/{path}"), "x-requested-with: fetch\r\ncontent-length: 0\r\n", "")
    }

    /// The status and the body, which is null where there is none.
    fn ask(&self, line: &str, headers: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// Waits until it is so.
    pub(crate) fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            assert!(started.elapsed() < PATIENCE, "it never was");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until it has logged that.
    pub(crate) fn said(&self, text: &str) {
        self.until(|shop| shop.log.lock().unwrap().contains(text));
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process and its port, once it serves.
fn spawn(
    folder: &tempfile::TempDir,
    settings: &[(String, String)],
    port: u16,
    log: &Arc<Mutex<String>>,
) -> (Child, u16) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shop"))
        .current_dir(folder.path())
        .env_remove("LOG_LEVEL")
        .env("HTTP_PORT", port.to_string())
        .envs(settings.iter().map(|(key, value)| (key, value)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let outputs: [Box<dyn Read + Send>; 2] =
        [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    for output in outputs {
        let (log, tell) = (log.clone(), tell.clone());
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once(" serves http://127.0.0.1:") {
                    let port = rest.split(' ').next().and_then(|port| port.parse().ok());
                    // Nobody waits for a second one.
                    let _ = tell.send(port);
                }
                *log.lock().unwrap() += &(line + "\n");
            }
        });
    }
    drop(tell);
    match told.recv_timeout(PATIENCE) {
        Ok(Some(port)) => (child, port),
        _ => panic!("it does not serve:\n{}", log.lock().unwrap()),
    }
}
