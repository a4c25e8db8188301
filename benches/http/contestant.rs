//! Who is measured: packages of their own below the target folder, built once, started on a core.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::generate;
use crate::support::build;
use crate::support::edge::EDGE_OFF;
use crate::support::package::Workspace;

/// That of the repository, so that what is built already is used.
const PROFILE: &str = "[profile.release]\nlto = \"thin\"\ncodegen-units = 1\nstrip = \"symbols\"\n";
const COMMON: &str = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n\
                      tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt\"] }\n\
                      validator = { version = \"0.21\", default-features = false }\n";
const HYPER: &str = "http-body-util = \"0.1\"\n\
                     hyper = { version = \"1\", default-features = false, features = [\"http1\", \"server\"] }\n\
                     hyper-util = { version = \"0.1\", default-features = false, features = [\"tokio\"] }\n";
const AXUM: &str =
    "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"json\", \"tokio\"] }\n";
const SIGHT: &str = "axum-prometheus = \"0.10\"\nopentelemetry = { version = \"0.33\", default-features = false, features = [\"trace\"] }\n\
                     opentelemetry_sdk = { version = \"0.33\", default-features = false, features = [\"trace\"] }\n\
                     tower-http = { version = \"0.7\", default-features = false, features = [\"trace\"] }\n\
                     tracing = \"0.1\"\ntracing-opentelemetry = { version = \"0.34\", default-features = false }\n\
                     tracing-subscriber = { version = \"0.3\", default-features = false, features = [\"registry\", \"std\"] }\n";
const ACTIX: &str = "actix-web = { version = \"4\", default-features = false, features = [\"macros\"] }\n";

/// What was built in this run, by package.
static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Hyper,
    /// The same with what ours has around its routes as it comes.
    HyperEdge,
    /// Ours, with everything off that can be off.
    Bare,
    /// Ours without the feature `observe`: nothing is counted, timed or recorded.
    Unmeasured,
    /// Ours as it comes.
    Default,
    Axum,
    /// The same with meters and traces.
    AxumSight,
    Actix,
}

impl Who {
    pub(crate) const ALL: [Self; 8] = [
        Self::Hyper,
        Self::HyperEdge,
        Self::Bare,
        Self::Unmeasured,
        Self::Default,
        Self::Axum,
        Self::AxumSight,
        Self::Actix,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hyper => "hyper by hand",
            Self::HyperEdge => "hyper by hand, same headers",
            Self::Bare => "microcore, edge off",
            Self::Unmeasured => "microcore, meters off",
            Self::Default => "microcore",
            Self::Axum => "axum",
            Self::AxumSight => "axum, prometheus and opentelemetry",
            Self::Actix => "actix-web",
        }
    }

    /// The program with so many routes besides the four; axum and actix-web read their number when they start.
    pub(crate) fn build(self, routes: usize) -> Contestant {
        let (package, dependencies, files) = match self {
            Self::Hyper => by_hand(&format!("bench-hyper-{routes}"), routes, include_str!("servers/edge/off.rs")),
            Self::HyperEdge => {
                by_hand(&format!("bench-hyper-edge-{routes}"), routes, include_str!("servers/edge/on.rs"))
            }
            Self::Axum => axum("bench-axum", "", include_str!("servers/sight/off.rs")),
            Self::AxumSight => axum("bench-axum-sight", SIGHT, include_str!("servers/sight/on.rs")),
            Self::Actix => (
                "bench-actix".to_owned(),
                format!("{COMMON}{ACTIX}"),
                vec![main(include_str!("servers/actix.rs")), ("src/routes.rs".into(), generate::list())],
            ),
            Self::Bare => ours(&format!("bench-bare-{routes}"), routes, "default-features = false, "),
            Self::Unmeasured => ours(
                &format!("bench-unmeasured-{routes}"),
                routes,
                "default-features = false, features = [\"causality\", \"dashboard\", \"sqlite\", \"sql-check\"], ",
            ),
            Self::Default => ours(&format!("bench-microcore-{routes}"), routes, ""),
        };
        let mut built = BUILT.lock().expect("nobody panics while building");
        // Written again, it would be compiled again.
        let binary = built.entry(package).or_insert_with_key(|package| build(package, &dependencies, &files)).clone();
        Contestant { who: self, routes, binary }
    }
}

fn main(text: &str) -> (String, String) {
    ("src/main.rs".to_owned(), text.to_owned())
}

fn axum(package: &str, more: &str, sight: &str) -> (String, String, Vec<(String, String)>) {
    let files = vec![
        main(include_str!("servers/axum.rs")),
        ("src/sight.rs".to_owned(), sight.to_owned()),
        ("src/routes.rs".to_owned(), generate::list()),
    ];
    (package.to_owned(), format!("{COMMON}{AXUM}{more}"), files)
}

fn by_hand(package: &str, routes: usize, edge: &str) -> (String, String, Vec<(String, String)>) {
    let files = vec![
        main(include_str!("servers/hyper.rs")),
        ("src/edge.rs".to_owned(), edge.to_owned()),
        ("src/routes.rs".to_owned(), generate::by_hand(routes)),
    ];
    (package.to_owned(), format!("{COMMON}{HYPER}"), files)
}

fn ours(package: &str, routes: usize, features: &str) -> (String, String, Vec<(String, String)>) {
    let dependencies = format!("microcore = {{ {features}path = {:?} }}\n", build::repository().display().to_string());
    let crate_name = package.replace('-', "_");
    let mut files = generate::plugins(routes);
    for (path, text) in [
        ("src/lib.rs", "//! The application.\nmicrocore::app! {}\n"),
        ("src/domains/site/plugins/greet.rs", include_str!("servers/microcore/greet.rs")),
        ("src/domains/site/plugins/get_user.rs", include_str!("servers/microcore/get_user.rs")),
        ("src/domains/site/plugins/create_user.rs", include_str!("servers/microcore/create_user.rs")),
    ] {
        files.push((path.to_owned(), text.to_owned()));
    }
    files.push(main(&format!("//! Serves.\nfn main() -> std::process::ExitCode {{ {crate_name}::App::main() }}\n")));
    (package.to_owned(), dependencies, files)
}

fn build(package: &str, dependencies: &str, files: &[(String, String)]) -> PathBuf {
    let workspace = Workspace::new(&format!("http/{package}"), &[package.to_owned()], PROFILE);
    workspace.manifest(package, dependencies);
    for (path, text) in files {
        workspace.write(Path::new(package).join(path), text);
    }
    let mut cargo = build::cargo();
    cargo.current_dir(&workspace.root).args(["build", "--quiet", "--release"]);
    // The target folder of the repository: most of what they need is there.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is below the target folder");
    build::executable(cargo.env("CARGO_TARGET_DIR", target))
}

/// One side of the contest, built.
#[derive(Debug)]
pub(crate) struct Contestant {
    pub(crate) who: Who,
    routes: usize,
    binary: PathBuf,
}

/// A server that answers.
#[derive(Debug)]
pub(crate) struct Running {
    process: Child,
    pub(crate) port: u16,
}

impl Contestant {
    /// Starts it with what must stand in front of the program: `taskset -c 0`, `valgrind …`.
    pub(crate) fn start(&self, before: &[&str]) -> Running {
        let port = free_port();
        let mut words = before.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        words.push(self.binary.display().to_string());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env("HTTP_PORT", port.to_string()).env("ROUTES", self.routes.to_string());
        command.env("HTTP_WORKERS", "1").env("LOG_LEVEL", "warn").env("HTTP_MAX_CONNECTIONS", "100000");
        if self.who == Who::Bare {
            command.envs(EDGE_OFF);
        }
        let folder = build::scratch("http");
        let process = command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::inherit());
        let running = Running { process: process.spawn().expect("it was built a moment ago"), port };
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "{} does not answer", self.who.name());
            std::thread::sleep(Duration::from_millis(20));
        }
        running
    }
}

impl Running {
    /// The processor time that it used so far, all threads together, in user and in system.
    pub(crate) fn processor(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("the server runs");
        // Behind the name, which may have spaces: field 14 and 15 of the line, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields[index].parse::<u64>().expect("times are numbers");
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }

    /// Resident memory in KiB.
    pub(crate) fn resident(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the server runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the kernel tells it");
        line.trim().trim_end_matches("kB").trim().parse().expect("a size is a number")
    }

    /// Ends it as the system asks a program to end, and waits for that.
    pub(crate) fn terminate(mut self) {
        let killed = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server was there");
        self.process.wait().expect("it is our child");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already over where it was asked to end.
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}
