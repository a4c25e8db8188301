//! The servers: written as packages, built, started on one core, and what they used of it.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::support::build;
use crate::support::edge::EDGE_OFF;
use crate::support::package::Workspace;

/// Users that are there before the load.
pub(crate) const USERS: u32 = 10_000;
const SCHEMA: &str = include_str!("servers/schema.sql");
/// That of the repository, so that what is built already is used.
const PROFILE: &str = "[profile.release]\nlto = \"thin\"\ncodegen-units = 1\nstrip = \"symbols\"\n";
pub(crate) const AXUM: &str = "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"json\", \"tokio\"] }\n\
                    serde = { version = \"1\", features = [\"derive\"] }\n\
                    tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }\n";

const HYPER: &str = "http-body-util = \"0.1\"\n\
                     hyper = { version = \"1\", default-features = false, features = [\"http1\", \"server\"] }\n\
                     hyper-util = { version = \"0.1\", default-features = false, features = [\"tokio\"] }\n\
                     rusqlite = { version = \"0.41\", features = [\"bundled\", \"cache\"] }\n\
                     serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n\
                     tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt\", \"sync\"] }\n";

/// One side of the contest.
#[derive(Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    binary: PathBuf,
    /// What it is told beside what all are told.
    settings: &'static [(&'static str, &'static str)],
}

/// The files of our application on an engine.
pub(crate) fn ours<'f>(library: &'f str, main: &'f str, schema: &'f str) -> [(&'f str, &'f str); 5] {
    [
        ("src/lib.rs", library),
        ("src/main.rs", main),
        ("src/domains/users/migrations/001_users.sql", schema),
        ("src/domains/users/plugins/get_user.rs", include_str!("servers/microcore/get_user.rs")),
        ("src/domains/users/plugins/create_user.rs", include_str!("servers/microcore/create_user.rs")),
    ]
}

/// Writes and builds all, ours first.
pub(crate) fn contestants() -> Vec<Contestant> {
    let deadpool = format!(
        "{AXUM}deadpool-sqlite = {{ version = \"0.14\", features = [\"bundled\", \"cache\", \"rt_tokio_1\"] }}\n"
    );
    let sqlx = format!(
        "{AXUM}sqlx = {{ version = \"0.9\", default-features = false, features = [\"derive\", \"macros\", \"runtime-tokio\", \"sqlite\"] }}\n"
    );
    let [in_place, grouping] = by_hand();
    vec![
        as_shipped(),
        in_place,
        grouping,
        contestant(
            "axum, deadpool-sqlite",
            "bench-deadpool",
            &deadpool,
            &[("src/main.rs", include_str!("servers/deadpool.rs"))],
        ),
        contestant("axum, sqlx", "bench-sqlx", &sqlx, &[("src/main.rs", include_str!("servers/sqlx.rs"))]),
    ]
}

/// Ours as it comes.
pub(crate) fn as_shipped() -> Contestant {
    let facade = format!("microcore = {{ path = {:?} }}\n", build::repository().display().to_string());
    let main = "//! Serves.\nfn main() -> std::process::ExitCode { bench_microcore::App::main() }\n";
    contestant(
        "microcore",
        "bench-microcore",
        &facade,
        &ours("//! The application.\nmicrocore::app! {}\n", main, SCHEMA),
    )
}

/// Ours with everything off that can be off, and without what is recorded.
pub(crate) fn edge_off() -> Contestant {
    let features = "default-features = false, features = [\"sqlite\"]";
    let facade = format!("microcore = {{ path = {:?}, {features} }}\n", build::repository().display().to_string());
    let main = "//! Serves.\nfn main() -> std::process::ExitCode { bench_data_bare::App::main() }\n";
    let files = ours("//! The application.\nmicrocore::app! {}\n", main, SCHEMA);
    let contestant = contestant("microcore, edge off", "bench-data-bare", &facade, &files);
    Contestant { settings: &EDGE_OFF, ..contestant }
}

/// hyper by hand: SQLite on its thread, and with a writer that groups.
pub(crate) fn by_hand() -> [Contestant; 2] {
    let files = [("src/main.rs", include_str!("servers/hyper.rs"))];
    let in_place = contestant("hyper by hand, SQLite in place", "bench-data-hyper", HYPER, &files);
    let grouping = Contestant {
        name: "hyper by hand, writer that groups",
        binary: in_place.binary.clone(),
        settings: &[("GROUPED", "1")],
    };
    [in_place, grouping]
}

/// Each is a workspace of its own, because a build links one SQLite only.
pub(crate) fn contestant(name: &'static str, package: &str, dependencies: &str, files: &[(&str, &str)]) -> Contestant {
    let workspace = Workspace::new(&format!("data/{package}"), &[package.to_owned()], PROFILE);
    workspace.manifest(package, dependencies);
    for (path, text) in files {
        workspace.write(Path::new(package).join(path), text);
    }
    let mut cargo = build::cargo();
    cargo.current_dir(&workspace.root).args(["build", "--quiet", "--release"]);
    // The target folder of the repository: most of what they need is there.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is below the target folder");
    cargo.env("CARGO_TARGET_DIR", target);
    Contestant { name, binary: build::executable(&mut cargo), settings: &[] }
}

/// A server under load.
pub(crate) struct Running {
    process: Child,
    pub(crate) port: u16,
    folder: PathBuf,
    count: Box<dyn Fn() -> i64>,
}

impl Contestant {
    /// Starts it on core 0, on a new SQLite database with users in it.
    pub(crate) fn start(&self, synchronous: &str) -> Running {
        self.fill_and_start("0", &[], &[], synchronous)
    }

    /// The same behind a program that takes it as its arguments.
    pub(crate) fn start_under(&self, program: &[&str], synchronous: &str) -> Running {
        self.fill_and_start("0", program, &[], synchronous)
    }

    /// The same on other cores, with settings of one's own.
    pub(crate) fn start_on(&self, cores: &str, settings: &[(&str, &str)], synchronous: &str) -> Running {
        self.fill_and_start(cores, &[], settings, synchronous)
    }

    fn fill_and_start(&self, cores: &str, program: &[&str], settings: &[(&str, &str)], synchronous: &str) -> Running {
        let folder = empty_folder();
        let database = folder.join("app.db");
        fill(&database);
        let own = [("DB_PATH", database.to_str().expect("it is UTF-8")), ("DB_SYNCHRONOUS", synchronous)];
        let settings = [settings, &own].concat();
        let file = database.clone();
        let count = move || {
            let sqlite = Connection::open(&file).expect("the database is there");
            sqlite.query_row("SELECT count(*) FROM users", [], |row| row.get(0)).expect("the table is there")
        };
        self.launch(cores, program, folder, &settings, count)
    }

    /// Starts it on core 0; `count` tells how many users there are.
    pub(crate) fn start_with(
        &self,
        folder: PathBuf,
        settings: &[(&str, &str)],
        count: impl Fn() -> i64 + 'static,
    ) -> Running {
        self.launch("0", &[], folder, settings, count)
    }

    fn launch(
        &self,
        cores: &str,
        program: &[&str],
        folder: PathBuf,
        settings: &[(&str, &str)],
        count: impl Fn() -> i64 + 'static,
    ) -> Running {
        let mut command = on_cores(cores);
        let port = free_port();
        command.args(program).arg(&self.binary).current_dir(&folder).envs(settings.iter().copied());
        command.envs(self.settings.iter().copied());
        command.env("HTTP_PORT", port.to_string()).env("LOG_LEVEL", "warn");
        let process = command.stdout(Stdio::null()).spawn().expect("taskset and the server are there");
        let running = Running { process, port, folder, count: Box::new(count) };
        running.wait();
        running
    }
}

impl Running {
    fn wait(&self) {
        // Long enough for one that runs under valgrind.
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "the server does not answer");
            std::thread::yield_now();
        }
    }

    /// The processor time that it used so far, all threads together.
    pub(crate) fn processor(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("the server runs");
        // Behind the name, which may have spaces: field 14 and 15 of the line, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields[index].parse::<u64>().expect("times are numbers");
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }

    /// Ends it as the system asks a program to end, and waits for that.
    pub(crate) fn terminate(mut self) {
        let killed = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server was there");
        self.process.wait().expect("it is our child");
    }

    /// How many users there are.
    pub(crate) fn users(&self) -> i64 {
        (self.count)()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already over where it was asked to end.
        let _ = self.process.kill().and_then(|()| self.process.wait());
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What follows runs on these cores. Under `REALTIME` it runs before everything else there, which takes root: for a machine
/// that is never quiet.
pub(crate) fn on_cores(cores: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", cores]);
    if std::env::var_os("REALTIME").is_some() {
        command.args(["chrt", "--rr", "1"]);
    }
    command
}

fn fill(database: &Path) {
    let mut sqlite = Connection::open(database).expect("the folder can be written to");
    sqlite.execute_batch("PRAGMA journal_mode = WAL").expect("the folder can be written to");
    let transaction = sqlite.transaction().expect("nobody else writes");
    transaction.execute_batch(SCHEMA).expect("the schema is right");
    {
        let mut insert = transaction.prepare("INSERT INTO users (id, name, email) VALUES (?1, ?2, ?3)").expect("it is");
        for id in 1..=USERS {
            let row = (id, format!("User Number {id}"), format!("user.number.{id}@example.com"));
            insert.execute(row).expect("ids differ");
        }
    }
    transaction.commit().expect("the disk has room");
}

/// Where a server runs.
pub(crate) fn empty_folder() -> PathBuf {
    let folder = build::scratch("data").join("database");
    // Left behind by a run that was ended.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}
