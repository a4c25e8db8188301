//! A Redis server of the test program's own: on a free port, with its data in a temporary folder, ended with the program.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A running server.
pub struct RedisServer {
    port: u16,
    /// The shell that ends the server when its own input ends, which it does with this program.
    _shell: Child,
    _folder: tempfile::TempDir,
}

static SHARED: LazyLock<Option<RedisServer>> = LazyLock::new(RedisServer::start);

impl RedisServer {
    /// The one of this program; `None` where the server is not installed.
    pub fn shared() -> Option<&'static Self> {
        SHARED.as_ref()
    }

    /// One of a test's own; `None` where the server is not installed.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// One that does not run yet; its port is known.
    #[allow(dead_code, reason = "not every program that has this waits for a server")]
    pub fn later() -> Option<Later> {
        is_installed().then(|| Later(free_port(), std::sync::OnceLock::new()))
    }

    /// The same as [`RedisServer::start`] with further options.
    pub fn start_with(options: &str) -> Option<Self> {
        is_installed().then(|| Self::on(free_port(), options))
    }

    fn on(port: u16, options: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder in the place for temporary ones");
        let server = format!(
            "redis-server --port {port} --bind 127.0.0.1 --dir '{}' --appendonly yes --appendfsync everysec --save '' {options} \
             >/dev/null 2>&1 & server=$!; cat >/dev/null; kill $server 2>/dev/null",
            folder.path().display()
        );
        let shell = Command::new("sh").args(["-c", &server]).stdin(Stdio::piped()).spawn().expect("a shell");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { port, _shell: shell, _folder: folder }
    }

    pub fn address(&self) -> (&'static str, u16) {
        ("127.0.0.1", self.port)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

fn is_installed() -> bool {
    let installed = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !installed {
        assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "redis-server is not installed");
        let _ = writeln!(std::io::stderr(), "skipped: redis-server is not installed");
    }
    installed
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

/// A server that does not run yet.
#[allow(dead_code, reason = "not every program that has this waits for a server")]
pub struct Later(u16, std::sync::OnceLock<RedisServer>);

#[allow(dead_code, reason = "the same")]
impl Later {
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.0)
    }

    /// It runs until this is dropped.
    pub fn start_now(&self) {
        self.1.get_or_init(|| RedisServer::on(self.0, ""));
    }
}
