//! The database as guests have it: statements that are looked at before they are run, values of few kinds, and a
//! transaction that is held from call to call.

use microcore_runtime::guest::{GuestDatabase, GuestValue};
use microcore_tools::db::{Backend, Database};

async fn count<B: Backend>(db: &Database<B>) -> i64 {
    db.query_scalar("SELECT count(*) FROM kept", ()).await.unwrap()
}

async fn with_table<B: Backend>(db: &Database<B>) -> &dyn GuestDatabase {
    db.execute("CREATE TABLE kept (id BIGINT PRIMARY KEY, name TEXT NOT NULL)", ()).await.unwrap();
    db
}

pub(crate) async fn guests_give_and_get_values_of_few_kinds<B: Backend>(db: Database<B>) {
    let guest: &dyn GuestDatabase = &db;
    let sql = "SELECT CAST($1 AS BIGINT) AS a, CAST($2 AS DOUBLE PRECISION) AS b, CAST($3 AS TEXT) AS c, NULL AS d";
    let values = vec![GuestValue::Int(i64::MAX), GuestValue::Float(1.5), GuestValue::Text("é".to_owned())];
    let rows = guest.query(sql, values.clone()).await.unwrap();
    assert_eq!(rows.columns, ["a", "b", "c", "d"]);
    assert_eq!(rows.rows, [[values, vec![GuestValue::Null]].concat()]);
    let none = guest.query("SELECT 1 AS a WHERE 1 = 2", vec![]).await.unwrap();
    assert!(none.rows.is_empty());
}

pub(crate) async fn a_guests_statement_is_looked_at_and_not_run<B: Backend>(db: Database<B>) {
    let guest = with_table(&db).await;
    for good in [
        "SELECT id, name FROM kept WHERE id = $1",
        "INSERT INTO kept (id, name) VALUES ($1, $2)",
        "UPDATE kept SET name = $1 WHERE id = $2",
        "DELETE FROM kept WHERE id = $1",
        "WITH all_of AS (SELECT id FROM kept) SELECT count(*) FROM all_of",
    ] {
        assert_eq!(guest.refusal(good).await.unwrap(), None, "{good}");
    }
    guest.execute("INSERT INTO kept (id, name) VALUES (1, 'a')", vec![]).await.unwrap();
    for wrong in [
        "SELECT nothing FROM kept",
        "SELECT id FROM nowhere",
        "SELEC id FROM kept",
        "DROP TABLE kept",
        "ANALYZE DELETE FROM kept",
        "EXPLAIN ANALYZE DELETE FROM kept",
        "PRAGMA journal_mode",
        "SELECT 1; DELETE FROM kept",
        "",
    ] {
        assert!(guest.refusal(wrong).await.unwrap().is_some(), "{wrong}");
    }
    assert_eq!(count(&db).await, 1, "nothing was run");
    let words = guest.words("SELECT k.\"Id\" FROM Kept AS k -- of nobody");
    assert_eq!(words, ["select", "k", "id", "from", "kept", "as", "k"]);
}

pub(crate) async fn a_guests_transaction_is_kept_or_undone<B: Backend>(db: Database<B>) {
    let guest = with_table(&db).await;
    let insert = "INSERT INTO kept (id, name) VALUES ($1, $2)";
    let row = |id| vec![GuestValue::Int(id), GuestValue::Text("a".to_owned())];
    let mut open = guest.begin().await.unwrap();
    assert_eq!(open.execute(insert, row(1)).await.unwrap(), 1);
    assert_eq!(open.query("SELECT id FROM kept", vec![]).await.unwrap().rows, [[GuestValue::Int(1)]]);
    drop(open);
    let mut open = guest.begin().await.unwrap();
    open.execute(insert, row(2)).await.unwrap();
    open.commit().await.unwrap();
    assert_eq!(guest.query("SELECT id FROM kept", vec![]).await.unwrap().rows, [[GuestValue::Int(2)]]);
}
