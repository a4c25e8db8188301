//! Rows over HTTP from a PostgreSQL server: ours beside axum with deadpool-postgres and axum with sqlx.
//!
//! All have a pool of ten, prepare each statement once per connection, and leave TLS out. The server is started by the
//! bench, in a temporary folder and without waiting for the disk; it runs on core 1, beside the load, so that core 0
//! has the application alone. What counts is the application's processor time per request: the requests per second are
//! limited by what load and server leave of their core.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::load::Load;
use crate::servers::{self, AXUM, Contestant, Running, USERS, contestant};
use crate::support::build;
use crate::{contest, heading};

#[path = "../../microcore-tools/tests/db/cluster.rs"]
#[expect(dead_code, reason = "nobody kills the server here")]
mod cluster;

const SCHEMA: &str = include_str!("servers/postgres.sql");

/// Prints the table.
pub(crate) fn print(seconds: u32, rounds: u32) {
    // Runs as long as this lives.
    let Some(cluster) = cluster::Cluster::start() else { return };
    let server = Server::of(&cluster.url());
    server.move_to_core(1);
    let contestants = contestants();
    heading();
    for (what, load) in [
        ("PostgreSQL, one row by id", Load::Read),
        ("PostgreSQL, 20 rows", Load::List),
        ("PostgreSQL, insert", Load::Insert),
    ] {
        contest(what, &contestants, load, |contestant| server.start(contestant), seconds, rounds);
    }
}

fn contestants() -> Vec<Contestant> {
    let folder = build::repository().display().to_string();
    let facade = format!("microcore = {{ path = {folder:?}, features = [\"postgres\"] }}\n");
    let main = "//! Serves.\nfn main() -> std::process::ExitCode { bench_microcore_postgres::App::main() }\n";
    let ours = servers::ours("//! The application.\nmicrocore::app! { db: Postgres }\n", main, SCHEMA);
    let deadpool = format!(
        "{AXUM}deadpool-postgres = {{ version = \"0.14\", features = [\"rt_tokio_1\"] }}\ntokio-postgres = \"0.7\"\n"
    );
    let sqlx = format!(
        "{AXUM}sqlx = {{ version = \"0.9\", default-features = false, features = [\"derive\", \"macros\", \"runtime-tokio\", \"postgres\"] }}\n"
    );
    let theirs = [("src/main.rs", include_str!("servers/deadpool_postgres.rs"))];
    let by_sqlx = [("src/main.rs", include_str!("servers/sqlx_postgres.rs"))];
    vec![
        contestant("microcore", "bench-microcore-postgres", &facade, &ours),
        contestant("axum, deadpool-postgres", "bench-deadpool-postgres", &deadpool, &theirs),
        contestant("axum, sqlx", "bench-sqlx-postgres", &sqlx, &by_sqlx),
    ]
}

/// The database server.
struct Server {
    /// Where its socket is, and its data.
    folder: PathBuf,
    url: String,
}

impl Server {
    fn of(url: &str) -> Self {
        let folder = url.split('@').nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let url = url.strip_suffix("postgres").unwrap_or(url);
        Self { folder: folder.replace("%2F", "/").into(), url: format!("{url}bench") }
    }

    /// It, and every process that it starts from now on.
    fn move_to_core(&self, core: u8) {
        let file = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("the server runs");
        let process = file.lines().next().unwrap_or_default();
        let moved = Command::new("taskset").args(["-a", "-c", "-p", &core.to_string(), process]).output();
        assert!(moved.is_ok_and(|moved| moved.status.success()), "taskset moves a process");
    }

    /// A server of ours or theirs, on a new database with users in it.
    fn start(&self, contestant: &Contestant) -> Running {
        self.sql("postgres", "DROP DATABASE IF EXISTS bench WITH (FORCE)");
        self.sql("postgres", "CREATE DATABASE bench");
        self.sql("bench", SCHEMA);
        let users = format!(
            "INSERT INTO users (name, email) SELECT 'User Number ' || n, 'user.number.' || n || '@example.com'
             FROM generate_series(1, {USERS}) AS n"
        );
        self.sql("bench", &users);
        self.sql("bench", "VACUUM ANALYZE users");
        let (folder, settings) = (self.folder.clone(), [("PG_URL", self.url.as_str()), ("PG_CONNECTIONS", "10")]);
        let count = move || sql(&folder, "bench", "SELECT count(*) FROM users").parse().expect("a count is a number");
        contestant.start_with(servers::empty_folder(), &settings, count)
    }

    fn sql(&self, database: &str, text: &str) {
        sql(&self.folder, database, text);
    }
}

/// Runs a statement as a person would.
fn sql(folder: &Path, database: &str, text: &str) -> String {
    let mut psql = Command::new("psql");
    psql.args(["-X", "-q", "-A", "-t", "-U", "postgres", "-d", database, "-c", text]).arg("-h").arg(folder);
    let output = psql.output().expect("psql comes with the server");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
