//! A PostgreSQL server for the tests of one binary: its own folder, a socket and no port; gone with the process.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// Waits for its standard input to end, which happens however the process of the tests ends, then cleans up.
const KEEPER: &str = r#"
set -eu
trap '' HUP INT TERM
folder=$(TMPDIR=/tmp mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1/initdb" -D "$folder/data" -U postgres -A trust --no-locale -E UTF8 --no-sync > "$folder/initdb.log" 2>&1
printf '%s\n' 'local all guarded scram-sha-256' 'local all all trust' > "$folder/data/pg_hba.conf"
start() {
    # What a test put there.
    if [ -f "$folder/key.pem" ]; then install -m 600 "$folder/key.pem" "$folder/data/server.key"; fi
    if [ -f "$folder/hba.conf" ]; then cp "$folder/hba.conf" "$folder/data/pg_hba.conf"; fi
    "$1/pg_ctl" -D "$folder/data" -w -s -l "$folder/server.log" -o "-k $folder -c listen_addresses= -c fsync=off \
        -c full_page_writes=off -c max_connections=300 -c shared_buffers=32MB -c max_wal_size=256MB \
        $(cat "$folder/options" 2>/dev/null || true)" start
}
start "$1"
echo "$folder"
while read -r order; do
    case $order in
        kill) "$1/pg_ctl" -D "$folder/data" -w -s -m immediate stop ;;
        start) start "$1" ;;
    esac
    echo done
done
"$1/pg_ctl" -D "$folder/data" -w -s -m immediate stop || true
"#;

/// A running server.
pub(crate) struct Cluster {
    folder: PathBuf,
    // Open as long as the process lives.
    orders: ChildStdin,
    answers: BufReader<std::process::ChildStdout>,
    _keeper: Child,
}

impl Cluster {
    /// The server of this binary, started by the first test that asks; `None` where PostgreSQL is not installed.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    /// A server of its own, for a test that kills it.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none_or(|value| value != "1"),
                "PostgreSQL is not installed: apt-get install postgresql"
            );
            println!("skipped: PostgreSQL is not installed");
            return None;
        };
        let mut keeper = keeper(&programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("a shell can be started");
        let orders = keeper.stdin.take().expect("its input is a pipe");
        let mut answers = BufReader::new(keeper.stdout.take().expect("its output is a pipe"));
        let folder = line(&mut answers);
        assert!(Path::new(&folder).is_dir(), "PostgreSQL did not start");
        Some(Self { folder: folder.into(), orders, answers, _keeper: keeper })
    }

    /// Where the server's own database is.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// Where `options`, `hba.conf` and `key.pem` may be put for the next start.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Kills the server as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.order("kill");
    }

    /// Starts it again.
    pub(crate) fn restart(&mut self) {
        self.order("start");
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("the keeper listens");
        assert_eq!(line(&mut self.answers), "done");
    }
}

fn line(answers: &mut impl BufRead) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).expect("the keeper answers");
    line.trim_end().to_owned()
}

/// The newest version that is installed.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut versions: Vec<_> = versions.flatten().map(|version| version.path().join("bin")).collect();
    versions.sort();
    versions.into_iter().rev().find(|programs| programs.join("initdb").is_file())
}

fn keeper(programs: &Path) -> Command {
    let mut command = shell(KEEPER);
    command.arg(programs);
    command
}

/// A script as somebody who may start a server: it refuses to run as root.
pub(crate) fn shell(script: &str) -> Command {
    let user = Command::new("id").arg("-u").output().expect("`id` can be run").stdout;
    let mut command = if user == b"0\n" {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.current_dir("/tmp").args(["-c", script, "keeper"]);
    command
}
