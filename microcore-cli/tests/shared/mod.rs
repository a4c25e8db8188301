//! What tests of projects have in common: the folder of this workspace, the lock of the target folder, and a server.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Held while the program `app` is built into the shared target folder and used: tests of the template do the same.
pub(crate) struct Alone(#[allow(dead_code, reason = "the lock ends with the file")] File);

impl Alone {
    pub(crate) fn wait() -> Self {
        let file = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("template.lock")).unwrap();
        file.lock().unwrap();
        Self(file)
    }
}

/// The application of a project, while it serves.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
}

impl Server {
    /// Starts the program that was built last.
    pub(crate) fn start(folder: &Path) -> Self {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("debug/app");
        let mut serve = Command::new(program);
        serve.current_dir(folder).env("HTTP_PORT", "0").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = serve.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let line = log.find(|line| line.as_ref().is_ok_and(|line| line.contains("serves http"))).unwrap().unwrap();
        // What it says further on is not waited for.
        std::thread::spawn(move || log.for_each(drop));
        let (_, rest) = line.split_once("http://").unwrap();
        let address = rest.split(|one: char| one.is_whitespace() || one == '/').next().unwrap().to_owned();
        Self { process, address }
    }

    pub(crate) fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
