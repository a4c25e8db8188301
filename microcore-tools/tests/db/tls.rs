//! The way to a PostgreSQL server by TLS: what each `sslmode` asks for, and what it refuses.

use std::fs;
use std::net::TcpListener;

use microcore_runtime::error::Error;
use microcore_tools::db::{Database, DbError, DbErrorKind, Postgres};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::cluster::Cluster;
use crate::outage::{connect, until};

/// Somebody who issues certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Certificate and key for a host, in PEM.
    fn issue(&self, host: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

/// A server on a port of its own.
struct Guarded {
    cluster: Cluster,
    port: u16,
}

impl Guarded {
    /// `localhost` has the certificate; who comes without TLS is turned away.
    fn start(authority: &Authority) -> Option<Self> {
        let cluster = Cluster::start()?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (certificate, key) = authority.issue("localhost");
        let folder = cluster.folder();
        fs::write(folder.join("server.pem"), certificate).unwrap();
        fs::write(folder.join("key.pem"), key).unwrap();
        let mut guarded = Self { cluster, port };
        let file = guarded.cluster.folder().join("server.pem");
        let options = format!("-c ssl=on -c ssl_cert_file={} -c ssl_key_file=server.key", file.display());
        guarded.restart(&options, "hostssl all all 127.0.0.1/32 trust");
        Some(guarded)
    }

    fn restart(&mut self, options: &str, hba: &str) {
        let options = format!("-c listen_addresses=127.0.0.1 -c port={} {options}", self.port);
        fs::write(self.cluster.folder().join("options"), options).unwrap();
        fs::write(self.cluster.folder().join("hba.conf"), format!("{hba}\n")).unwrap();
        self.cluster.kill();
        self.cluster.restart();
    }

    async fn connect(&self, host: &str, parameters: &str) -> Result<Database<Postgres>, Error> {
        connect(&format!("postgres://postgres@{host}:{}/postgres?{parameters}", self.port), &[]).await
    }

    /// Why it is refused, from the database's view to the cause.
    async fn refusal(&self, host: &str, parameters: &str) -> String {
        let error = self.connect(host, parameters).await.unwrap_err();
        assert_eq!(error.find::<DbError>().unwrap().kind(), DbErrorKind::Unavailable);
        error.to_string()
    }
}

async fn is_secured(db: &Database<Postgres>) -> bool {
    db.query_scalar("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", ()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sslmode_asks_for_what_it_says() {
    let authority = Authority::new("ours");
    let Some(mut server) = Guarded::start(&authority) else { return };
    let folder = server.cluster.folder().to_owned();
    let file = |name: &str, authority: &Authority| {
        let path = folder.join(name);
        fs::write(&path, authority.0.pem()).unwrap();
        format!("sslrootcert={}", path.display())
    };
    let (ours, strangers) = (file("ours.pem", &authority), file("strangers.pem", &Authority::new("strangers")));

    let full = server.connect("localhost", &format!("sslmode=verify-full&{ours}")).await.unwrap();
    assert!(is_secured(&full).await);
    // A statement is stopped over a connection of its own, which is secured as well.
    let mark = "SELECT pg_sleep(600), 'to be cancelled'";
    let seen = "SELECT count(*) FROM pg_stat_activity WHERE query = $1 AND state = 'active'";
    tokio::select! {
        _ = full.query::<(Option<String>, String)>(mark, ()) => unreachable!("it sleeps for ten minutes"),
        () = until("it runs", async || full.query_scalar::<i64>(seen, (mark,)).await.unwrap() == 1) => {}
    }
    until("it is stopped", async || full.query_scalar::<i64>(seen, (mark,)).await.unwrap() == 0).await;

    let refused = server.refusal("localhost", &format!("sslmode=verify-full&{strangers}")).await;
    assert!(refused.contains("invalid peer certificate: UnknownIssuer"), "{refused}");
    let refused = server.refusal("localhost", &format!("sslmode=require&{strangers}")).await;
    assert!(refused.contains("UnknownIssuer"), "{refused}");
    // The certificate is for the name, and this is the address.
    let refused = server.refusal("127.0.0.1", &format!("sslmode=verify-full&{ours}")).await;
    assert!(refused.contains("not valid for name"), "{refused}");
    let issued = server.connect("127.0.0.1", &format!("sslmode=verify-ca&{ours}")).await.unwrap();
    assert!(is_secured(&issued).await);
    let refused = server.refusal("127.0.0.1", &format!("sslmode=verify-ca&{strangers}")).await;
    assert!(refused.contains("UnknownIssuer"), "{refused}");
    for anyone in ["sslmode=require", "sslmode=prefer", "connect_timeout=5"] {
        assert!(is_secured(&server.connect("127.0.0.1", anyone).await.unwrap()).await, "{anyone}");
    }
    let refused = server.refusal("127.0.0.1", "sslmode=disable").await;
    assert!(refused.contains("no encryption"), "{refused}");

    server.restart("-c ssl=off", "host all all 127.0.0.1/32 trust");
    assert!(!is_secured(&server.connect("127.0.0.1", "sslmode=prefer").await.unwrap()).await);
    let refused = server.refusal("127.0.0.1", "sslmode=require").await;
    assert!(refused.contains("server does not support TLS"), "{refused}");
}

#[test]
fn a_file_that_is_no_certificate_is_a_problem_of_the_url() {
    use microcore_runtime::settings::{Environment, Settings};
    use microcore_tools::db::postgres::PostgresSettings;
    let problem = |file: &str| {
        let url = format!("postgres://ana:hidden@db.example/shop?sslmode=verify-full&sslrootcert={file}");
        PostgresSettings::load(&Environment::of([("PG_URL", url.as_str())])).unwrap_err().to_string()
    };
    let missing = problem("/nowhere/ca.pem");
    assert!(missing.contains("PG_URL") && missing.contains("has an `sslrootcert` that can't be read"), "{missing}");
    assert!(!missing.contains("hidden"), "{missing}");
    let other = problem(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert!(other.contains("without a certificate in PEM"), "{other}");
}
