//! Migrations on SQLite: once each, whole or not at all, and the tables that they lead to.

use std::path::Path;

use microcore_runtime::application::Migrated;
use microcore_runtime::manifest::Migration;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::Database;
use microcore_tools::db::sqlite::{Sqlite, SqliteSettings};

use crate::fixture::boot;

type Db = Database<Sqlite>;

const USERS: Migration = Migration {
    domain: "users",
    file: "001_users.sql",
    sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
};
const AUDIT: Migration = Migration {
    domain: "audit",
    file: "001_audit.sql",
    sql: "-- depends: users/001_users.sql\nCREATE TABLE audit (what TEXT, user_id INTEGER REFERENCES users);
          CREATE TRIGGER audit_users AFTER INSERT ON users BEGIN
            INSERT INTO audit VALUES ('added; really', new.id); END;
          INSERT INTO users (email) VALUES ('a;b')",
};

fn settings(folder: &Path, auto: &'static str) -> (Environment, SqliteSettings) {
    let path = folder.join("app.db").display().to_string();
    let environment = Environment::of([("DB_PATH", path.as_str()), ("DB_AUTO_MIGRATE", auto)]);
    (environment.clone(), SqliteSettings::load(&environment).unwrap())
}

async fn migrate(folder: &Path, migrations: &[Migration]) -> Result<Vec<String>, String> {
    let (environment, settings) = settings(folder, "false");
    Db::migrate(settings, &boot(migrations, false, environment)).await.map_err(|error| error.chain())
}

async fn open(folder: &Path, migrations: &[Migration], auto: &'static str) -> Db {
    let (environment, settings) = settings(folder, auto);
    Db::setup(settings, &boot(migrations, false, environment)).await.unwrap()
}

#[tokio::test]
async fn each_is_applied_once_in_order_of_dependencies() {
    let folder = tempfile::tempdir().unwrap();
    let applied = migrate(folder.path(), &[AUDIT, USERS]).await.unwrap();
    assert_eq!(applied, ["users/001_users.sql", "audit/001_audit.sql"]);
    assert!(migrate(folder.path(), &[AUDIT, USERS]).await.unwrap().is_empty());
    let db = open(folder.path(), &[AUDIT, USERS], "true").await;
    assert_eq!(db.query_scalar::<String>("SELECT what FROM audit", ()).await.unwrap(), "added; really");
    db.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_flag_leaves_them_to_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), &[USERS], "false").await;
    assert!(db.query::<i64>("SELECT id FROM users", ()).await.is_err());
}

#[tokio::test]
async fn an_edited_file_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    migrate(folder.path(), &[USERS]).await.unwrap();
    let edited = Migration { sql: "CREATE TABLE users (id INTEGER)", ..USERS };
    let before = Migration { domain: "a", file: "1.sql", sql: "CREATE TABLE a (id INTEGER)" };
    let error = migrate(folder.path(), &[before, edited]).await.unwrap_err();
    assert!(error.starts_with("migration `users/001_users.sql` was edited after it was applied"), "{error}");
    let db = open(folder.path(), &[], "true").await;
    assert!(db.query::<i64>("SELECT id FROM a", ()).await.is_err());
}

#[tokio::test]
async fn a_failing_file_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let broken = Migration { sql: "CREATE TABLE users (id INTEGER); INSERT INTO nowhere VALUES (1)", ..USERS };
    let error = migrate(folder.path(), &[broken]).await.unwrap_err();
    assert!(error.contains("`users/001_users.sql` failed: no such table: nowhere"), "{error}");
    let commits = Migration { sql: "CREATE TABLE users (id INTEGER); COMMIT", ..USERS };
    assert!(migrate(folder.path(), &[commits]).await.unwrap_err().contains("must not contain COMMIT"));
}

#[tokio::test]
async fn a_rebuilt_table_is_not_replayed_and_keeps_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let rebuild = Migration {
        domain: "users",
        file: "002_rebuild.sql",
        sql: "-- depends: audit/001_audit.sql\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, mail TEXT);
              INSERT INTO users_new SELECT id, email FROM users; DROP TABLE users; ALTER TABLE users_new RENAME TO users",
    };
    let all = [USERS, AUDIT, rebuild];
    assert_eq!(migrate(folder.path(), &all).await.unwrap().len(), 3);
    assert!(migrate(folder.path(), &all).await.unwrap().is_empty());
    let db = open(folder.path(), &all, "true").await;
    let sql = "SELECT mail FROM users JOIN audit ON user_id = id";
    assert_eq!(db.query_scalar::<String>(sql, ()).await.unwrap(), "a;b");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_migrators_one_applies() {
    let folder = tempfile::tempdir().unwrap();
    let all = [USERS, AUDIT];
    let (one, two) = tokio::join!(migrate(folder.path(), &all), migrate(folder.path(), &all));
    assert_eq!(one.unwrap().len() + two.unwrap().len(), 2);
}

#[derive(Debug, PartialEq, microcore_tools::db::Row)]
struct Pair {
    a: i64,
    b: i64,
}

#[tokio::test]
async fn columns_are_found_again_after_another_process_changed_them() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (open(folder.path(), &[], "true").await, open(folder.path(), &[], "true").await);
    ours.execute("CREATE TABLE pairs (x INTEGER, a INTEGER, b INTEGER)", ()).await.unwrap();
    ours.execute("INSERT INTO pairs VALUES (0, 1, 2)", ()).await.unwrap();
    let all = "SELECT * FROM pairs";
    assert_eq!(ours.query::<Pair>(all, ()).await.unwrap(), [Pair { a: 1, b: 2 }]);
    theirs.execute("ALTER TABLE pairs DROP COLUMN x", ()).await.unwrap();
    assert_eq!(ours.query::<Pair>(all, ()).await.unwrap(), [Pair { a: 1, b: 2 }]);
}

#[tokio::test]
async fn a_test_database_goes_with_its_last_handle() {
    let (environment, settings) = settings(Path::new("/nowhere"), "false");
    let db = Db::setup(settings, &boot(&[USERS], true, environment)).await.unwrap();
    let file: String = db.query_scalar("SELECT file FROM pragma_database_list", ()).await.unwrap();
    let folder = Path::new(&file).parent().unwrap();
    assert!(folder.is_dir());
    drop(db);
    assert!(!folder.exists());
}

#[test]
fn tables_know_their_domain_types_and_keys() {
    let pairs = Migration {
        domain: "orders",
        file: "001.sql",
        sql: "-- depends: users/001_users.sql
              CREATE TABLE pairs (a BIGINT, b VARCHAR(9), c DOUBLE, d BOOLEAN NOT NULL DEFAULT 0, e JSON, f BLOB, PRIMARY KEY (a, b));
              CREATE UNIQUE INDEX pairs_cd ON pairs (c, d);
              CREATE TABLE lines (x BIGINT, y TEXT, z INTEGER REFERENCES users, FOREIGN KEY (x, y) REFERENCES pairs (a, b))",
    };
    let tables = Db::tables(&[pairs, USERS]).unwrap();
    let [lines, pairs, users] = &tables[..] else { panic!("{tables:?}") };
    assert_eq!((lines.domain.as_str(), users.domain.as_str()), ("orders", "users"));
    let types: Vec<_> = pairs.columns.iter().map(|column| column.ty).collect();
    assert_eq!(types, ["int", "text", "float", "bool", "json", "blob"]);
    assert_eq!(pairs.unique, [["c", "d"]]);
    assert!(pairs.columns[0].primary_key && !pairs.columns[0].nullable && pairs.columns[2].nullable);
    assert_eq!(pairs.columns[3].default.as_deref(), Some("0"));
    let keys: Vec<_> = lines.foreign_keys.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(keys, [("z", "users.id"), ("x", "pairs.a"), ("y", "pairs.b")]);
    assert_eq!(users.columns[2].default.as_deref(), Some("CURRENT_TIMESTAMP"));
    assert_eq!((users.columns[2].ty, &users.unique), ("timestamp", &vec![vec!["email".to_owned()]]));
}
