//! A Redis server of the test's own: on a free port, with its data in a temporary folder, ended with the test.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running server.
pub(crate) struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Server {
    /// Starts one; `None`, with the reason on the output, where the machine has none.
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    pub(crate) fn start() -> Option<Self> {
        let known = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        if !known.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "redis-server is required");
            println!("skipped: redis-server is not installed");
            return None;
        }
        let folder = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Some(Self { child: Self::spawned(port, &folder), port, folder })
    }

    /// Ends it, and starts it again at the same address; it keeps nothing.
    #[allow(dead_code, reason = "not every test wants that")]
    pub(crate) fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = Self::spawned(self.port, &self.folder);
    }

    fn spawned(port: u16, folder: &TempDir) -> Child {
        let options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"];
        let mut server = Command::new("redis-server");
        server.args(options).arg(port.to_string()).arg("--dir").arg(folder.path());
        let child = server.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the server does not come up");
            std::thread::yield_now();
        }
        child
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already can't be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
