//! Completed deliveries go as fast as they come, on a real file.

use microcore_runtime::settings::{Environment, Settings as _};

use super::DurableSqliteSettings;
use super::store::SqliteQueue;
use crate::bus::stored::Queue as _;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_one_step_deletes_is_deleted_by_the_next_ones_without_waiting_for_a_lease() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus.db");
    let environment = Environment::of([
        ("BUS_PATH", path.display().to_string()),
        ("BUS_ARCHIVE", "true".to_owned()),
        ("BUS_LEASE", "1h".to_owned()),
    ]);
    let queue = SqliteQueue::open(DurableSqliteSettings::load(&environment).unwrap(), true).await.unwrap();
    let file = rusqlite::Connection::open(&path).unwrap();
    let completed = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 12000)
        INSERT INTO bus_delivery (event, subscriber, envelope, payload, state, entered, due, ended)
        SELECT 'yard.job', 'yard.worker.run', '{}', '{}', 'COMPLETED', n, n, n FROM n";
    file.execute(completed, ()).unwrap();
    queue.inherit().await.unwrap();
    let count =
        |table: &str| file.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((count("bus_delivery"), count("bus_archive")), (0, 12_000));
    queue.close().await;
}
