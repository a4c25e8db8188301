//! The key of a new row on SQLite, which is had without `RETURNING` where that gives the same.

use microcore_tools::db::{Database, DbError, DbErrorKind, Row, Sqlite};

#[derive(Debug, PartialEq, Row)]
struct Id {
    id: i64,
}

pub(crate) async fn it_is_the_key_that_the_table_has(db: Database<Sqlite>) {
    for (table, columns) in [
        ("plain", "id INTEGER PRIMARY KEY, name TEXT"),
        ("counted", "id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT"),
        ("descending", "id INTEGER PRIMARY KEY DESC, name TEXT"),
        ("small", "id INT PRIMARY KEY DEFAULT (abs(random() % 1000000)), name TEXT"),
        ("text", "id INTEGER DEFAULT 7, name TEXT PRIMARY KEY"),
        ("watched", "id INTEGER PRIMARY KEY, name TEXT"),
    ] {
        db.execute(&format!("CREATE TABLE {table} ({columns})"), ()).await.unwrap();
        if table == "watched" {
            let copy = "CREATE TRIGGER copy AFTER INSERT ON watched BEGIN
                 INSERT INTO plain (id, name) VALUES (new.id + 5000, 'copy'); END";
            db.execute(copy, ()).await.unwrap();
        }
        let add = format!("INSERT INTO {table} (name) VALUES ($1) RETURNING id");
        let find = format!("SELECT id FROM {table} WHERE name = $1");
        for name in ["a", "b", "c"] {
            let there = async |name: &str| db.query_scalar::<Option<i64>>(&find, (name,)).await.unwrap();
            let key: Option<i64> = db.query_scalar(&add, (name,)).await.unwrap();
            assert_eq!(key, there(name).await, "{table}");
            let other = format!("{name}2");
            let row = db.query_one::<(Option<i64>,)>(&add, (&other,)).await.unwrap();
            assert_eq!(row, Some((there(&other).await,)), "{table}");
        }
    }
    let add = "INSERT INTO plain (id, name) VALUES ($1, $2) RETURNING id";
    assert_eq!(db.query_one::<Id>(add, (-4, "d")).await.unwrap(), Some(Id { id: -4 }));
    assert_eq!(db.query_scalar::<i64>(add, (-4, "e")).await.unwrap_err().kind(), DbErrorKind::Unique);
    let keys = db.transaction(async |tx| {
        let first: i64 = tx.query_scalar(add, (100, "f")).await?;
        let second: Id = tx.query_one("INSERT INTO plain (name) VALUES ($1) RETURNING id", ("g",)).await?.unwrap();
        Ok::<_, DbError>((first, second.id))
    });
    let (first, second) = keys.await.unwrap();
    assert!(first == 100 && second > 100);
}

pub(crate) async fn a_row_that_was_left_out_has_none(db: Database<Sqlite>) {
    db.execute("CREATE TABLE once (id INTEGER PRIMARY KEY, name TEXT UNIQUE ON CONFLICT IGNORE)", ()).await.unwrap();
    let add = "INSERT INTO once (name) VALUES ($1) RETURNING id";
    assert_eq!(db.query_scalar::<i64>(add, ("a",)).await.unwrap(), 1);
    assert_eq!(db.query_scalar::<i64>(add, ("a",)).await.unwrap_err().kind(), DbErrorKind::NoRows);
    assert_eq!(db.query_one::<Id>(add, ("a",)).await.unwrap(), None);
    assert_eq!(db.query::<i64>(add, ("b",)).await.unwrap(), [2]);
}

pub(crate) async fn what_steps_in_later_is_seen(db: Database<Sqlite>) {
    db.execute("CREATE TABLE guarded (id INTEGER PRIMARY KEY, name TEXT)", ()).await.unwrap();
    let add = "INSERT INTO guarded (name) VALUES ($1) RETURNING id";
    assert_eq!(db.query::<i64>(add, ("a",)).await.unwrap(), [1]);
    let guard = "CREATE TRIGGER guard BEFORE INSERT ON guarded BEGIN SELECT RAISE(IGNORE) WHERE new.name = 'x'; END";
    // By another connection, of which ours hears when it next begins a statement.
    let file = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let other = rusqlite::Connection::open(db.query_scalar::<String>(file, ()).await.unwrap()).unwrap();
    other.execute_batch(guard).unwrap();
    match db.query::<i64>(add, ("x",)).await {
        Ok(rows) => assert!(rows.is_empty()),
        Err(error) => assert_eq!(error.kind(), DbErrorKind::Busy, "{error}"),
    }
    assert_eq!(db.query::<i64>(add, ("x",)).await.unwrap(), [0_i64; 0]);
    assert_eq!(db.query::<i64>(add, ("b",)).await.unwrap(), [2]);
    other.execute_batch("DROP TRIGGER guard; ALTER TABLE guarded ADD COLUMN more TEXT").unwrap();
    assert_eq!(db.query::<i64>(add, ("x",)).await.unwrap(), [3]);
    other.execute_batch("ALTER TABLE guarded ADD COLUMN yet_more TEXT").unwrap();
    assert_eq!(db.query::<i64>(add, ("y",)).await.unwrap(), [4]);
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM guarded", ()).await.unwrap(), 4);
}
