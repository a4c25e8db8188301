//! Another server of S3: `moto`, which is what S3 does, in Python. It keeps keys as S3 does, where `SeaweedFS` has files and
//! folders; it looks at no signature.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use microcore::settings::Environment;
use microcore_storage::S3;

/// A running server.
pub(crate) struct Moto {
    child: Child,
    endpoint: String,
}

impl Moto {
    /// One that runs, or a new one; `None`, with the reason on the output, where the machine has no `moto`.
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static RUNNING: Mutex<Weak<Moto>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Some(server);
        }
        let mut moto = Command::new(super::program("moto_server"));
        moto.args(["-H", "127.0.0.1", "-p", "0"]);
        let Ok(child) = moto.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn() else {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "moto_server, of moto, is required");
            println!(
                "skipped: moto_server is not installed; it is in the package moto of PyPI, with flask and flask-cors"
            );
            return None;
        };
        let server = Arc::new(Self::started(child));
        *running = Arc::downgrade(&server);
        Some(server)
    }

    /// Once it says where it is.
    fn started(mut child: Child) -> Self {
        let mut said = BufReader::new(child.stderr.take().expect("it is a pipe")).lines().map_while(Result::ok);
        let endpoint = said.find_map(|line| Some(line.split_once("Running on ")?.1.trim().to_owned()));
        let endpoint = endpoint.expect("moto_server does not come up");
        // What it says of each request is read, so that the pipe never holds it up.
        std::thread::spawn(move || said.for_each(drop));
        Self { child, endpoint }
    }

    /// The settings with which files go there, into an empty bucket of their own.
    pub(crate) async fn environment(&self) -> Environment {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let bucket = format!("case-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let environment = Environment::of([
            ("STORAGE_ENDPOINT", self.endpoint.as_str()),
            ("STORAGE_BUCKET", &bucket),
            ("STORAGE_ACCESS_KEY", "shop"),
            ("STORAGE_SECRET_KEY", "s3cr3t"),
            ("STORAGE_LIMIT", "20MiB"),
        ]);
        // Chooses what encrypts, which a client asks for before it speaks to anybody.
        crate::opened::<S3>(&environment).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let made = client.put(format!("{}/{bucket}", self.endpoint)).send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.status());
        environment
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // One that has ended already can't be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
