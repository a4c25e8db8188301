//! The tables of a file that an older version made: what is missing is added when it is opened.

use std::path::Path;

use microcore_runtime::settings::{Environment, Settings as _};
use rusqlite::Connection;

use super::DurableSqliteSettings;
use super::store::SqliteQueue;
use crate::bus::stored::Queue as _;

const INDEX: &str = "CREATE INDEX IF NOT EXISTS bus_until ON bus_broadcast (until);";

/// How the broadcasts are found whose time is over. A connection of its own: a plan is made of the schema as it was read.
fn plan(path: &Path) -> String {
    let sql = "EXPLAIN QUERY PLAN DELETE FROM bus_broadcast WHERE until < ?1";
    Connection::open(path).unwrap().query_row(sql, [0], |row| row.get(3)).unwrap()
}

#[tokio::test]
async fn an_old_file_gets_the_index_of_broadcasts_and_keeps_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus.db");
    let file = Connection::open(&path).unwrap();
    let old = include_str!("schema.sql").replace(INDEX, "");
    assert_ne!(old, include_str!("schema.sql"));
    file.execute_batch(&old).unwrap();
    file.execute("INSERT INTO bus_broadcast (envelope, payload, until) VALUES ('{}', '{}', 7)", ()).unwrap();
    assert_eq!(plan(&path), "SCAN bus_broadcast");
    let environment = Environment::of([("BUS_PATH", path.display().to_string())]);
    let queue = SqliteQueue::open(DurableSqliteSettings::load(&environment).unwrap(), true).await.unwrap();
    let found = plan(&path);
    assert!(found.starts_with("SEARCH bus_broadcast") && found.contains("INDEX bus_until (until<?)"), "{found}");
    let left: i64 = file.query_row("SELECT count(*) FROM bus_broadcast", (), |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
    queue.close().await;
}
