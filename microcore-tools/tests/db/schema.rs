//! The live schema, described alike by every engine.

use microcore_runtime::database::Migrated;
use microcore_runtime::manifest::{ColumnFacts, Migration, TableFacts};
use microcore_tools::db::{Backend, Database, Postgres, Sqlite};

use crate::fixture;

const USERS: Migration = Migration {
    domain: "users",
    file: "001_users.sql",
    sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
};
const TYPES: &str = "CREATE TABLE kinds (id INTEGER PRIMARY KEY, code VARCHAR(9) NOT NULL UNIQUE, note TEXT,
    price DOUBLE PRECISION, sold BOOLEAN NOT NULL, made TIMESTAMP, day DATE, extra JSON, exact NUMERIC(9, 2))";
const DEFAULTS: &str = "CREATE TABLE defaults (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'new',
    level INTEGER DEFAULT -1, rate DOUBLE PRECISION DEFAULT 1.5, on_sale BOOLEAN NOT NULL DEFAULT FALSE,
    made TIMESTAMP DEFAULT CURRENT_TIMESTAMP, gone TEXT DEFAULT NULL)";
const PAIRS: &str = "CREATE TABLE pairs (a BIGINT NOT NULL, b VARCHAR(9) NOT NULL, c INTEGER, d INTEGER,
    UNIQUE (d, c), PRIMARY KEY (a, b))";
const LINES: &str =
    "CREATE TABLE _lines (z INTEGER REFERENCES kinds (id), y VARCHAR(9), x BIGINT, w INTEGER REFERENCES kinds,
    FOREIGN KEY (x, y) REFERENCES pairs (a, b))";
const INDEXES: [&str; 3] = [
    "CREATE UNIQUE INDEX pairs_c ON pairs (c)",
    "CREATE UNIQUE INDEX pairs_expression ON pairs (lower(b))",
    "CREATE UNIQUE INDEX pairs_partial ON pairs (d) WHERE d > 0",
];

async fn described<B: Backend>(db: &Database<B>) -> Vec<TableFacts> {
    db.execute("DROP TABLE notes", ()).await.unwrap();
    for sql in [TYPES, DEFAULTS, PAIRS, LINES].iter().chain(&INDEXES) {
        db.execute(sql, ()).await.unwrap();
    }
    db.describe_schema().await.unwrap()
}

fn column(name: &str, ty: &'static str, nullable: bool, default: Option<&str>) -> ColumnFacts {
    ColumnFacts { name: name.into(), ty, nullable, primary_key: name == "id", default: default.map(Into::into) }
}

pub(crate) async fn it_has_columns_defaults_and_keys<B: Backend>(db: Database<B>) {
    let tables = described(&db).await;
    let names: Vec<_> = tables.iter().map(|table| (table.name.as_str(), table.is_internal())).collect();
    let expected = [
        ("_lines", true),
        ("_microcore_migrations", true),
        ("defaults", false),
        ("kinds", false),
        ("pairs", false),
        ("users", false),
    ];
    assert_eq!(names, expected);
    let [lines, _, defaults, kinds, pairs, _] = &tables[..] else { panic!("{tables:?}") };
    assert_eq!(
        kinds.columns,
        [
            column("id", "int", false, None),
            column("code", "text", false, None),
            column("note", "text", true, None),
            column("price", "float", true, None),
            column("sold", "bool", false, None),
            column("made", "timestamp", true, None),
            column("day", "timestamp", true, None),
            column("extra", "json", true, None),
            column("exact", "float", true, None),
        ]
    );
    assert_eq!(kinds.unique, [["code"]]);
    assert_eq!(
        defaults.columns,
        [
            column("id", "int", false, None),
            column("state", "text", false, Some("'new'")),
            column("level", "int", true, Some("-1")),
            column("rate", "float", true, Some("1.5")),
            column("on_sale", "bool", false, Some("FALSE")),
            column("made", "timestamp", true, Some("CURRENT_TIMESTAMP")),
            column("gone", "text", true, None),
        ]
    );
    assert_eq!(pairs.unique, [vec!["c"], vec!["d", "c"]]);
    assert!(pairs.columns[..2].iter().all(|column| column.primary_key && !column.nullable));
    let keys: Vec<_> = lines.foreign_keys.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(keys, [("w", "kinds.id"), ("x", "pairs.a"), ("y", "pairs.b"), ("z", "kinds.id")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_describe_the_same_tables_alike() {
    let Some(postgres) = fixture::postgres().await else { return };
    let sqlite = fixture::sqlite_memory().await.unwrap();
    // A counting key too: INTEGER PRIMARY KEY on the one, IDENTITY on the other.
    assert_eq!(described::<Sqlite>(&sqlite.db).await, described::<Postgres>(&postgres.db).await);
}

/// The same vocabulary for what migrations lead to, with the domain that owns each table.
#[test]
fn migrations_lead_to_tables_with_owners() {
    let pairs = Migration {
        domain: "orders",
        file: "001.sql",
        sql: "-- depends: users/001_users.sql
              CREATE TABLE pairs (a BIGINT, b VARCHAR(9), c DOUBLE, d BOOLEAN NOT NULL DEFAULT 0, e JSON, f BLOB, PRIMARY KEY (a, b));
              CREATE UNIQUE INDEX pairs_cd ON pairs (c, d);
              CREATE TABLE lines (x BIGINT, y TEXT, z INTEGER REFERENCES users, FOREIGN KEY (x, y) REFERENCES pairs (a, b))",
    };
    let tables = Database::<Sqlite>::tables(&[pairs, USERS]).unwrap();
    let [lines, pairs, users] = &tables[..] else { panic!("{tables:?}") };
    assert_eq!((lines.domain.as_str(), users.domain.as_str()), ("orders", "users"));
    let types: Vec<_> = pairs.columns.iter().map(|column| column.ty).collect();
    assert_eq!(types, ["int", "text", "float", "bool", "json", "blob"]);
    assert_eq!(pairs.unique, [["c", "d"]]);
    assert!(pairs.columns[0].primary_key && !pairs.columns[0].nullable && pairs.columns[2].nullable);
    assert_eq!(pairs.columns[3].default.as_deref(), Some("FALSE"));
    let keys: Vec<_> = lines.foreign_keys.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(keys, [("x", "pairs.a"), ("y", "pairs.b"), ("z", "users.id")]);
    assert_eq!(users.columns[2].default.as_deref(), Some("CURRENT_TIMESTAMP"));
    assert_eq!((users.columns[2].ty, &users.unique), ("timestamp", &vec![vec!["email".to_owned()]]));
}
