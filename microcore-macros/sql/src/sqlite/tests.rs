//! What SQLite tells, through this crate's eyes.

use super::*;

fn migration(domain: &str, file: &str, sql: &str) -> Migration {
    Migration { domain: domain.to_owned(), file: file.to_owned(), sql: sql.to_owned() }
}

fn shop() -> Sqlite {
    let migrations = [
        migration(
            "users",
            "001_users.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
             CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT);
             CREATE TRIGGER noted AFTER INSERT ON users BEGIN INSERT INTO audit (what) VALUES (new.name); END;",
        ),
        migration("users", "002_age.sql", "ALTER TABLE users ADD COLUMN age INTEGER"),
        migration(
            "shop",
            "001_orders.sql",
            "CREATE TABLE Orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);
             CREATE VIEW buyers AS SELECT name FROM users JOIN orders ON user_id = users.id;
             CREATE VIEW hidden AS WITH inner_one AS (SELECT name FROM users LIMIT 1) SELECT name AS who FROM inner_one;",
        ),
    ];
    Sqlite::migrated(&migrations).unwrap()
}

fn names(names: &std::collections::BTreeSet<String>) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

#[test]
fn tables_have_owners_and_columns_have_the_migration_that_added_them() {
    let shop = shop();
    assert_eq!(shop.tables["orders"].domain, "shop");
    assert_eq!(shop.tables["orders"].name, "Orders");
    assert_eq!(shop.tables["users"].created_by, "users/001_users.sql");
    let added: Vec<_> = shop.tables["users"].columns.iter().map(|(name, by)| (name.as_str(), by.as_str())).collect();
    assert_eq!(added[0], ("id", "users/001_users.sql"));
    assert_eq!(added[3], ("age", "users/002_age.sql"));
    assert_eq!(shop.tables["buyers"].columns.len(), 1);
}

#[test]
fn a_table_that_is_rebuilt_keeps_its_owner_and_a_dropped_one_is_gone() {
    let migrations = [
        migration("users", "001_users.sql", "CREATE TABLE users (id INTEGER); CREATE TABLE old (id INTEGER)"),
        migration(
            "zoo",
            "001_rebuild.sql",
            "CREATE TABLE new_users (id INTEGER, name TEXT); DROP TABLE users; DROP TABLE old;
             ALTER TABLE new_users RENAME TO users",
        ),
    ];
    let sqlite = Sqlite::migrated(&migrations).unwrap();
    assert_eq!(sqlite.tables.keys().collect::<Vec<_>>(), ["users"]);
    assert_eq!(sqlite.tables["users"].domain, "users");
    assert_eq!(sqlite.tables["users"].columns[1], ("name".to_owned(), "zoo/001_rebuild.sql".to_owned()));
}

#[test]
fn reads_and_writes_are_those_of_the_statement_itself() {
    let shop = shop();
    let insert = shop.prepare("INSERT INTO users (name) VALUES ($1) RETURNING id").unwrap();
    assert_eq!((names(&insert.reads), names(&insert.writes)), (vec!["users"], vec!["users"]));
    assert_eq!(insert.columns, Some(vec!["id".to_owned()]));
    assert_eq!(insert.placeholders, ["$1"]);
    let delete = shop.prepare("DELETE FROM users WHERE id IN (SELECT user_id FROM orders)").unwrap();
    assert_eq!((names(&delete.reads), names(&delete.writes)), (vec!["orders", "users"], vec!["users"]));
    for (sql, reads) in [
        ("SELECT name FROM buyers", &["buyers"][..]),
        ("SELECT count(*) FROM buyers", &["buyers"]),
        ("SELECT count(*) FROM users", &["users"]),
        ("SELECT b.name FROM buyers b JOIN orders o ON o.id = 1", &["buyers", "orders"]),
        ("WITH some AS (SELECT * FROM orders) SELECT s.id FROM some s", &["orders"]),
        ("WITH some AS MATERIALIZED (SELECT id FROM orders) SELECT s.id FROM some s", &["orders"]),
        ("SELECT x.id FROM (SELECT id FROM orders LIMIT 1) x", &["orders"]),
        ("SELECT EXISTS (SELECT 1 FROM orders)", &["orders"]),
        ("SELECT who FROM hidden", &["hidden"]),
    ] {
        assert_eq!(names(&shop.prepare(sql).unwrap().reads), reads, "{sql}");
    }
}

#[test]
fn refusals_name_the_token_the_table_and_the_column() {
    let shop = shop();
    let refusal = |sql: &str| shop.prepare(sql).unwrap_err();
    let syntax = |near: Option<&str>, line| Refusal::Syntax { near: near.map(ToOwned::to_owned), line };
    assert_eq!(refusal("SELECT id\nFORM users WHERE"), syntax(Some("users"), 2));
    assert_eq!(refusal("SELECT id FROM users WHERE"), syntax(None, 1));
    assert_eq!(refusal("SELECT 'open"), syntax(Some("'open"), 1));
    assert_eq!(refusal("SELECT id FROM userz"), Refusal::Table("userz".to_owned()));
    let column = |name: &str, table: Option<&str>| Refusal::Column {
        name: name.to_owned(),
        table: table.map(ToOwned::to_owned),
    };
    assert_eq!(refusal("SELECT u.emial FROM users u"), column("emial", None));
    assert_eq!(refusal("SELECT \"emial\" FROM users"), column("emial", None));
    assert_eq!(refusal("INSERT INTO users (emial) VALUES (1)"), column("emial", Some("users")));
    assert_eq!(refusal("SELECT 1; SELECT 2"), Refusal::Several);
    assert_eq!(refusal("SELECT shout(1)"), Refusal::Other("no such function: shout".to_owned()));
}

#[test]
fn a_migration_that_fails_is_named_with_its_line() {
    let broken = Sqlite::migrated(&[migration("users", "001_users.sql", "\nCREATE TABEL users (id)")]).unwrap_err();
    assert!(broken.wrong.starts_with("migration `users/001_users.sql`, line 2 fails: "), "{}", broken.wrong);
    let broken = Sqlite::migrated(&[migration("users", "001_users.sql", "COMMIT")]).unwrap_err();
    assert!(broken.wrong.contains("must not end its transaction"), "{}", broken.wrong);
    let attach = "ATTACH 'made_while_compiling.db' AS other";
    assert!(Sqlite::migrated(&[migration("users", "001_users.sql", attach)]).is_err());
    assert!(!std::path::Path::new("made_while_compiling.db").exists());
}
