//! `PgBouncer` in front of the shared server of a test binary; gone with the process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use crate::cluster::{Cluster, shell};

/// Waits for its standard input to end, then stops `PgBouncer`.
const KEEPER: &str = r#"
set -eu
trap '' HUP INT TERM
folder=$(TMPDIR=/tmp mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '"postgres" ""\n' > "$folder/users"
printf '[databases]\n* = host=%s\n[pgbouncer]\nunix_socket_dir = %s\nlisten_port = 6432\nauth_type = trust\nauth_file = %s\npool_mode = %s\ndefault_pool_size = %s\n' \
    "$1" "$folder" "$folder/users" "$2" "$4" > "$folder/pgbouncer.ini"
"$3" -q "$folder/pgbouncer.ini" > "$folder/log" 2>&1 &
bouncer=$!
while [ ! -S "$folder/.s.PGSQL.6432" ]; do
    kill -0 "$bouncer" || { cat "$folder/log" >&2; exit 1; }
    sleep 0.02
done
echo "$folder"
read -r end || true
kill "$bouncer"
wait "$bouncer" || true
"#;

/// A running `PgBouncer`.
pub(crate) struct Bouncer {
    folder: String,
    // Open as long as it is wanted.
    _input: ChildStdin,
    _keeper: Child,
}

impl Bouncer {
    /// One that pools by `mode`, with so many connections to the server per database; `None` where it is not installed.
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    pub(crate) fn start(mode: &str, connections: usize) -> Option<Self> {
        let programs = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"];
        let Some(program) = programs.into_iter().find(|path| Path::new(path).exists()) else {
            assert!(
                std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none_or(|value| value != "1"),
                "PgBouncer is not installed: apt-get install pgbouncer"
            );
            println!("skipped: PgBouncer is not installed");
            return None;
        };
        let mut command = shell(KEEPER);
        command.arg(Cluster::shared()?.folder()).args([mode, program, &connections.to_string()]);
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell can be started");
        let mut folder = String::new();
        let mut answers = BufReader::new(keeper.stdout.take().expect("its output is a pipe"));
        answers.read_line(&mut folder).expect("the keeper answers");
        let folder = folder.trim_end().to_owned();
        assert!(Path::new(&folder).is_dir(), "PgBouncer did not start");
        let input = keeper.stdin.take().expect("its input is a pipe");
        Some(Self { folder, _input: input, _keeper: keeper })
    }

    /// The way to a database through it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}:6432/{database}", self.folder.replace('/', "%2F"))
    }
}
