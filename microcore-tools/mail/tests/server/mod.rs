//! A mail server of the test's own: aiosmtpd, which ends with the test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use microcore::settings::Environment;
use tempfile::TempDir;

/// A running server and the folder with its mails.
pub(crate) struct Server {
    child: Child,
    port: u16,
    mode: &'static str,
    folder: TempDir,
}

impl Server {
    /// Starts one; `None`, with the reason on the output, where the machine has no aiosmtpd.
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    pub(crate) fn start(mode: &'static str) -> Option<Self> {
        let known = Command::new("python3").args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !known.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "python3 with aiosmtpd is required");
            println!("skipped: python3 with aiosmtpd is not installed");
            return None;
        }
        let folder = TempDir::new().unwrap();
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, signed.cert.pem()).unwrap();
        std::fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server.py");
        let mut python = Command::new("python3");
        python.arg(script).arg(folder.path()).args([&certificate, &key]).arg(mode);
        let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("it prints its port");
        Some(Self { child, port, mode, folder })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self, host: &str) -> String {
        match self.mode {
            "tls" => format!("smtps://shop:s3cr3t@{host}:{}", self.port),
            "plain" => format!("smtp://{host}:{}?tls=none", self.port),
            _ => format!("smtp://shop:s3cr3t@{host}:{}", self.port),
        }
    }

    /// The settings with which mails go there, through this name of it.
    pub(crate) fn environment(&self, host: &str) -> Environment {
        let authority = self.folder.path().join("certificate.pem").display().to_string();
        let from = "Shop <shop@example.com>".to_owned();
        Environment::of([("MAIL_FROM", from), ("MAIL_URL", self.url(host)), ("MAIL_TLS_CA", authority)])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already can't be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The mails in a folder.
pub(crate) fn mails(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(listed) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = listed.map(|entry| entry.unwrap().path());
    let mails = files.filter(|path: &PathBuf| path.extension().is_some_and(|extension| extension == "eml"));
    mails.map(|path| std::fs::read(path).unwrap()).collect()
}
