//! `rediss://`: a server that speaks TLS, with a certificate of an authority of the test's own.
//!
//! Whom a process trusts is in its environment. So each test is a process beside this one, of the same program.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use microcore_runtime::application::Asked;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::battery::stage::Stage;
use crate::domains::yard::events::Task;
use crate::redis_server::RedisServer;
use crate::server::ask;

/// Where a process beside this one finds the server.
const URL: &str = "TEST_REDISS_URL";

/// A server that speaks TLS on a port of its own, and the certificates of who issued its own and of somebody else.
struct Guarded {
    _server: RedisServer,
    folder: tempfile::TempDir,
    port: u16,
}

impl Guarded {
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let authorities = ["ours.pem", "other.pem"].map(|name| {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
            std::fs::write(folder.path().join(name), authority.pem()).unwrap();
            authority
        });
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("server.pem"), params.signed_by(&key, &authorities[0]).unwrap().pem())
            .unwrap();
        std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let options = format!(
            "--tls-port {port} --tls-auth-clients no --tls-cert-file {} --tls-key-file {} --tls-ca-cert-file {}",
            at("server.pem"),
            at("key.pem"),
            at("ours.pem")
        );
        Some(Self { _server: RedisServer::start_with(&options)?, folder, port })
    }

    /// Runs a test of this program in a process that trusts this authority alone.
    fn trusting(&self, authority: &str, test: &str) -> Output {
        let file: &Path = &self.folder.path().join(authority);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]).env("SSL_CERT_FILE", file).env_remove("SSL_CERT_DIR");
        command.env(URL, format!("rediss://localhost:{}", self.port)).output().unwrap()
    }
}

#[track_caller]
fn passes(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_go_by_tls_to_a_server_that_is_trusted() {
    let Ok(url) = std::env::var(URL) else {
        let Some(server) = Guarded::start() else { return };
        return passes(&server.trusting("ours.pem", "tls::events_go_by_tls_to_a_server_that_is_trusted"));
    };
    let Some(stage) = Stage::boot_with("tls", &[("REDIS_URL", &url)]).await else { return };
    for number in 0..3 {
        stage.bus.publish(Task { name: format!("{number}"), fails: 0, takes: 0 }).await.unwrap();
    }
    assert_eq!(stage.lines("done", 3).await.len(), 3);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_trusted_vouches_for_gets_nothing() {
    let Ok(url) = std::env::var(URL) else {
        let Some(server) = Guarded::start() else { return };
        return passes(&server.trusting("other.pem", "tls::a_server_that_nobody_trusted_vouches_for_gets_nothing"));
    };
    let refused = ask(&[("REDIS_URL", &url)], Asked::Status).await.unwrap_err().to_string();
    assert!(refused.contains("certificate"), "{refused}");
}
