//! `PgBouncer` in front of the server, in each mode that there is a setting for.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use microcore_runtime::settings::Environment;
use microcore_tools::db::{Database, DbError, DbErrorKind, Postgres, Timestamp};

use crate::cluster::{Cluster, shell};
use crate::fixture::{Home, postgres_home};

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

struct Pooler {
    home: Home<Postgres>,
    _input: ChildStdin,
    _keeper: Child,
}

/// A pooler in front of a new database, and the settings that lead to it.
#[expect(clippy::print_stdout, reason = "says why a test is skipped")]
async fn pooler(mode: &str) -> Option<Pooler> {
    let server = postgres_home().await?;
    let Some(program) = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().find(|path| Path::new(path).exists())
    else {
        assert!(
            std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none_or(|value| value != "1"),
            "PgBouncer is not installed: apt-get install pgbouncer"
        );
        println!("skipped: PgBouncer is not installed");
        return None;
    };
    let mut command = shell(KEEPER);
    command.arg(Cluster::shared()?.folder()).args([mode, program, if mode == "session" { "4" } else { "2" }]);
    let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut folder = String::new();
    BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut folder).unwrap();
    assert!(Path::new(folder.trim_end()).is_dir(), "PgBouncer did not start");
    let url = server.settings("true").0.get("PG_URL").unwrap().to_owned();
    let database = url.rsplit('/').next().unwrap();
    let url = format!("postgres://postgres@{}:6432/{database}", folder.trim_end().replace('/', "%2F"));
    let environment = Environment::of([("PG_URL", url.as_str()), ("PG_POOLER", mode), ("PG_CONNECTIONS", "2")]);
    let input = keeper.stdin.take().unwrap();
    Some(Pooler { home: Home::of(environment), _input: input, _keeper: keeper })
}

/// Two processes behind it, whose calls are mixed.
async fn it_works(mode: &str) {
    let Some(pooler) = pooler(mode).await else { return };
    let (one, two) = (pooler.home.open(&[]).await, pooler.home.open(&[]).await);
    one.execute("CREATE TABLE items (id BIGINT GENERATED ALWAYS AS IDENTITY, name TEXT UNIQUE, at TIMESTAMP)", ())
        .await
        .unwrap();
    let add = "INSERT INTO items (name, at) VALUES ($1, $2) RETURNING id";
    let at: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
    let work = async |db: &Database<Postgres>, who: &str| {
        for number in 0..20 {
            let name = format!("{who}{number}");
            let id: i64 = db.query_scalar(add, (&name, at)).await.unwrap();
            let read: (String, Timestamp) =
                db.query_one("SELECT name, at FROM items WHERE id = $1", (id,)).await.unwrap().unwrap();
            assert_eq!(read, (name.clone(), at));
            assert_eq!(db.query_scalar::<i64>(add, (&name, at)).await.unwrap_err().kind(), DbErrorKind::Unique);
            let changed = db.transaction_retried(50, || {
                async |tx| {
                    tx.query::<i64>("SELECT id FROM items WHERE id = $1 FOR UPDATE", (id,)).await?;
                    tx.execute("UPDATE items SET at = at + interval '1 hour' WHERE id = $1", (id,)).await
                }
            });
            assert_eq!(changed.await.unwrap(), 1);
            // One that fails leaves nothing on the connection either. It may be in conflict first.
            let failed = db.transaction_retried(50, || {
                async |tx| {
                    tx.execute("DELETE FROM items WHERE id = $1", (id,)).await?;
                    Err::<(), _>(DbError::new(DbErrorKind::Other, "no"))
                }
            });
            assert_eq!(failed.await.unwrap_err().kind(), DbErrorKind::Other);
            let setting = "SELECT current_setting('timezone') || ' ' || current_setting('statement_timeout')";
            assert_eq!(db.query_scalar::<String>(setting, ()).await.unwrap(), "UTC 30s");
        }
    };
    // A connection of the server serves both.
    work(&one, "a").await;
    if mode == "transaction" {
        tokio::join!(work(&one, "b"), work(&two, "c"));
        work(&two, "d").await;
        assert_eq!(two.query_scalar::<i64>("SELECT count(*) FROM items", ()).await.unwrap(), 80);
        let many = "INSERT INTO items (name) VALUES ($1)";
        assert_eq!(two.execute_many(many, [("x",), ("y",)]).await.unwrap(), 2);
        assert!(two.describe_schema().await.unwrap().iter().any(|table| table.name == "items"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_behind_one_that_pools_sessions() {
    it_works("session").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_behind_one_that_pools_transactions() {
    it_works("transaction").await;
}
