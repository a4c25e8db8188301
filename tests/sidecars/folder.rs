//! A folder of guests for one test, and the application that watches it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use microcore::testing::{Running, boot};
use microcore_runtime::guest::GuestStatus;

use crate::App;

/// A language that guests are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    Go,
}

/// Waits until it holds: a test that waits for half a minute has failed.
#[track_caller]
pub fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) -> impl Future<Output = ()> {
    let what = what.to_owned();
    async move {
        let waiting = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "waited in vain: {what}");
    }
}

fn skip(why: &str) -> bool {
    assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "{why}");
    println!("skipped: {why}");
    false
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sidecars/guests")
}

pub fn sdk() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("microcore-tools/sidecars/sdk")
}

pub fn python() -> String {
    std::env::var("MICROCORE_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

impl Language {
    /// Whether the machine has what it needs.
    pub fn is_there(self) -> bool {
        static PYTHON: OnceLock<bool> = OnceLock::new();
        static GO: OnceLock<Option<PathBuf>> = OnceLock::new();
        match self {
            Self::Python => {
                *PYTHON.get_or_init(|| {
                    let mut check = Command::new(python());
                    check.args(["-c", "import grpc, google.protobuf"]).stderr(Stdio::null());
                    check.status().is_ok_and(|status| status.success())
                }) || skip("no Python with grpcio and protobuf")
            }
            Self::Go => GO.get_or_init(build).is_some() || skip("no Go with google.golang.org/grpc"),
        }
    }

    /// The files of the guest, and the command that begins it.
    fn files(self) -> (Vec<(&'static str, Vec<u8>)>, String) {
        match self {
            Self::Python => {
                // What it imports is there without a copy.
                let main = fs::read(here().join("python/main.py")).unwrap();
                (vec![("main.py", main)], format!(r#"["{}", "main.py"]"#, python()))
            }
            Self::Go => (vec![], format!(r#"["{}"]"#, built().display())),
        }
    }
}

fn built() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("sidecars-go-guest")
}

/// The guest in Go, by the packages that Debian has; they are looked for where GOPATH is.
fn build() -> Option<PathBuf> {
    let source = tempfile::tempdir().unwrap();
    let at = |path: &str| source.path().join("src/guest").join(path);
    fs::create_dir_all(at("sidecar")).unwrap();
    fs::copy(here().join("go/main.go"), at("main.go")).unwrap();
    fs::copy(sdk().join("go/sidecar.go"), at("sidecar/sidecar.go")).unwrap();
    let path = format!("{}:/usr/share/gocode", source.path().display());
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(built()).arg("guest").env("GOPATH", path).env("GO111MODULE", "off");
    let done = go.output().ok()?;
    if !done.status.success() {
        println!("{}", String::from_utf8_lossy(&done.stderr));
    }
    done.status.success().then(built)
}

/// A folder of guests.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, guest: &str) -> PathBuf {
        self.0.path().join(guest)
    }

    /// Puts the guest of the battery into it, as `shop/<name>`, after `change` was made to its manifest.
    pub fn install(&self, language: Language, name: &str, change: impl FnOnce(String) -> String) {
        let (files, command) = language.files();
        let folder = self.path(&format!("shop/{name}"));
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
        let manifest = fs::read_to_string(here().join("plugin.toml")).unwrap().replace("COMMAND", &command);
        self.write(&format!("shop/{name}/plugin.toml"), &change(manifest));
    }

    /// Writes a file at once, as an editor does: beside its place, then renamed.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = self.0.path().join("beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }

    /// An application that watches the folder.
    pub async fn boot(&self) -> Running<App> {
        self.boot_with(&[]).await
    }

    pub async fn boot_with(&self, settings: &[(&str, &str)]) -> Running<App> {
        let mut boot = boot::<App>().with("SIDECARS_DIR", self.0.path().to_str().unwrap()).with("SHOP_NAME", "Corner");
        for (key, value) in settings {
            boot = boot.with(key, value);
        }
        Running::<App>::boot(&boot).await.unwrap()
    }
}

/// How the guest of this name is, where there is one.
pub fn status(app: &Running<App>, name: &str) -> Option<GuestStatus> {
    let sidecars = app.app().__tools().sidecars.running().unwrap();
    sidecars.status().into_iter().find(|status| status.name == name)
}

/// What went wrong last with it.
pub fn last_error(app: &Running<App>, name: &str) -> String {
    status(app, name).and_then(|status| status.last_error).unwrap_or_default()
}
