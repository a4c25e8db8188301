//! What a statement leaves on a connection of PostgreSQL, and how many it keeps there.

use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Database, DbErrorKind, Postgres};

use crate::cluster::Cluster;
use crate::fixture::boot;

/// One connection, so that the next call has the same one.
async fn one_connection() -> Option<Database<Postgres>> {
    let url = Cluster::shared()?.url();
    let environment = Environment::of([("PG_URL", url.as_str()), ("PG_CONNECTIONS", "1")]);
    let settings = <Postgres as microcore_tools::db::Backend>::Settings::load(&environment).unwrap();
    Some(Database::setup(settings, &boot(&[], true, environment)).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_call_is_met_by_the_next() {
    let Some(db) = one_connection().await else { return };
    let server: i32 = db.query_scalar("SELECT pg_backend_pid()", ()).await.unwrap();
    let setting = async |name: &str| db.query_scalar::<String>("SELECT current_setting($1)", (name,)).await.unwrap();
    let (memory, path) = (setting("work_mem").await, setting("search_path").await);
    db.execute("SET work_mem = '77MB'", ()).await.unwrap();
    assert_eq!(setting("work_mem").await, memory);
    db.query_scalar::<String>("SELECT set_config('search_path', 'nowhere', false)", ()).await.unwrap();
    assert_eq!(setting("search_path").await, path);
    db.execute("CREATE TEMP TABLE scraps (id INTEGER)", ()).await.unwrap();
    assert_eq!(db.query::<i64>("SELECT id FROM scraps", ()).await.unwrap_err().kind(), DbErrorKind::Syntax);
    db.transaction(async |tx| {
        tx.query::<Option<String>>("SELECT pg_advisory_lock(7)::text", ()).await?;
        tx.execute("SET ROLE pg_monitor", ()).await
    })
    .await
    .unwrap();
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7";
    assert_eq!(db.query_scalar::<i64>(locks, ()).await.unwrap(), 0);
    assert_eq!(db.query_scalar::<String>("SELECT current_user::text", ()).await.unwrap(), "postgres");
    // What the settings ask of every connection is still so, and it is the same connection.
    assert_eq!(setting("timezone").await, "UTC");
    assert_eq!(setting("statement_timeout").await, "30s");
    assert_eq!(db.query_scalar::<i32>("SELECT pg_backend_pid()", ()).await.unwrap(), server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn null_needs_no_statement_of_its_own() {
    let Some(db) = one_connection().await else { return };
    db.execute("CREATE TABLE notes (a TEXT, b TEXT, c INTEGER, d TIMESTAMPTZ)", ()).await.unwrap();
    let sql = "INSERT INTO notes VALUES ($1, $2, $3, $4)";
    for pattern in 0..16_u32 {
        let text = |bit: u32| (pattern & bit != 0).then_some("2026-01-01 00:00:00");
        db.execute(sql, (text(1), text(2), (pattern & 4 != 0).then_some(7), text(8))).await.unwrap();
    }
    let prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1";
    assert_eq!(db.query_scalar::<i64>(prepared, (sql,)).await.unwrap(), 1);
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM notes WHERE d IS NULL", ()).await.unwrap(), 8);
    assert_eq!(db.query_scalar::<i64>("SELECT count(c) FROM notes", ()).await.unwrap(), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_on_a_connection_are_bounded() {
    let Some(db) = one_connection().await else { return };
    for number in 0..600_i64 {
        let read = db.query_scalar::<i64>(&format!("SELECT {number} + $1"), (1,)).await.unwrap();
        assert_eq!(read, number + 1);
    }
    let prepared: i64 = db.query_scalar("SELECT count(*) FROM pg_prepared_statements", ()).await.unwrap();
    assert!((1..=260).contains(&prepared), "{prepared}");
}

/// A common table expression that writes is a write, whatever the statement itself is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_with_that_writes_is_undone_with_its_error() {
    let Some(db) = one_connection().await else { return };
    db.execute("CREATE TABLE rows (id BIGINT)", ()).await.unwrap();
    db.execute("INSERT INTO rows VALUES (1), (2)", ()).await.unwrap();
    let sql = "WITH gone AS (DELETE FROM rows RETURNING id) SELECT id FROM gone";
    assert_eq!(db.query_scalar::<i64>(sql, ()).await.unwrap_err().kind(), DbErrorKind::Usage);
    let beside = db.transaction(async |tx| {
        tx.execute("UPDATE rows SET id = id", ()).await?;
        db.query::<i64>(sql, ()).await
    });
    assert_eq!(beside.await.unwrap_err().kind(), DbErrorKind::Usage);
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM rows", ()).await.unwrap(), 2);
    // By itself, a statement whose parameter has another type now is prepared anew.
    let by_id = "SELECT count(*) FROM rows WHERE id = $1";
    assert_eq!(db.query_scalar::<i64>(by_id, (1,)).await.unwrap(), 1);
    db.execute("ALTER TABLE rows ALTER COLUMN id TYPE TEXT", ()).await.unwrap();
    assert_eq!(db.query_scalar::<i64>(by_id, ("1",)).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decimals_and_floats_are_exact_or_refused() {
    let Some(db) = one_connection().await else { return };
    let nearest: f64 = db.query_scalar("SELECT 0.1::numeric", ()).await.unwrap();
    assert_eq!(nearest.to_bits(), 0.1_f64.to_bits());
    let nearest: f64 = db.query_scalar("SELECT 9007199254740993.5::numeric", ()).await.unwrap();
    assert_eq!(nearest.to_bits(), 9_007_199_254_740_994_f64.to_bits());
    db.execute("CREATE TABLE sums (n NUMERIC)", ()).await.unwrap();
    let add = "INSERT INTO sums VALUES ($1)";
    for exact in [0.1, 1e27, -2.5] {
        db.execute(add, (exact,)).await.unwrap();
    }
    for inexact in [1e-30, 1e30, f64::INFINITY] {
        assert_eq!(db.execute(add, (inexact,)).await.unwrap_err().kind(), DbErrorKind::Type, "{inexact}");
    }
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM sums", ()).await.unwrap(), 3);
}
