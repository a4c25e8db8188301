//! Rows that go straight to JSON: the same as through a value, or an error that says why not.

use microcore_runtime::__private::schemars;
use microcore_tools::db::{Backend, Database, DbErrorKind, Row, Sqlite};
use serde::Serialize;

#[derive(Debug, Serialize, Row, schemars::JsonSchema)]
struct User {
    id: i64,
    name: String,
    score: f64,
    level: u8,
    active: bool,
    email: Option<String>,
}

const SQL: &str = "SELECT 7 AS id, $1 AS name, CAST('1.5' AS DOUBLE PRECISION) AS score, 255 AS level, TRUE AS active,
                          NULL AS email, 'more' AS other
                   UNION ALL SELECT -1, 'b', 2, 0, FALSE, 'b@x', 'more'";

pub(crate) async fn it_is_what_serde_writes<B: Backend>(db: Database<B>) {
    let name = "Ana \"é\" \u{1} </script>\n";
    let straight = db.query_json::<User>(SQL, (name,)).await.unwrap();
    let values = db.query::<User>(SQL, (name,)).await.unwrap();
    let parsed: serde_json::Value = serde_json::from_slice(straight.as_bytes()).unwrap();
    assert_eq!(parsed, serde_json::to_value(&values).unwrap());
    let none = db.query_json::<User>(&format!("SELECT * FROM ({SQL}) AS rows WHERE id = 0"), (name,)).await.unwrap();
    assert_eq!(none.as_bytes(), b"[]");
}

pub(crate) async fn it_is_long_lists_too<B: Backend>(db: Database<B>) {
    #[derive(Row, schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Number {
        i: i64,
    }
    // Long enough to be interrupted and begun again.
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT i FROM n";
    let rows = db.query_json::<Number>(sql, ()).await.unwrap();
    let parsed: Vec<serde_json::Value> = serde_json::from_slice(rows.as_bytes()).unwrap();
    assert_eq!((parsed.len(), &parsed[29_999]["i"]), (30_000, &30_000.into()));
}

pub(crate) async fn what_the_schema_forbids_is_an_error<B: Backend>(db: Database<B>) {
    for (from, to, message) in [
        ("255", "256", "column `level` must be an integer in its range"),
        ("7 AS id", "CAST(NULL AS INTEGER) AS id", "column `id` must be an integer in its range, and is NULL"),
        ("AS score", "AS points", "no column `score`, which `User` reads"),
    ] {
        refused(&db, from, to, message).await;
    }
}

/// A column of SQLite holds a value of any type, whatever the others of it are.
pub(crate) async fn a_value_of_another_type_is_an_error(db: Database<Sqlite>) {
    for (from, to, message) in [
        ("TRUE AS active", "2 AS active", "column `active` must be a boolean"),
        ("CAST('1.5' AS DOUBLE PRECISION)", "9e999", "column `score` must be a finite number"),
        ("'b@x'", "5", "column `email` must be a text"),
    ] {
        refused(&db, from, to, message).await;
    }
}

async fn refused<B: Backend>(db: &Database<B>, from: &str, to: &str, message: &str) {
    let error = db.query_json::<User>(&SQL.replacen(from, to, 1), ("x",)).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Type, "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

pub(crate) async fn what_a_column_can_not_hold_is_refused<B: Backend>(db: Database<B>) {
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Deep {
        id: i64,
        tags: Vec<String>,
    }
    let error = db.query_json::<Deep>("SELECT 1 AS id, '[]' AS tags", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Usage);
    assert!(error.to_string().contains("`Deep` can't be written straight to JSON"), "{error}");
}
