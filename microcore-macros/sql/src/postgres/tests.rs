//! What the parser tells, through this crate's eyes.

use super::*;

fn migration(domain: &str, file: &str, sql: &str) -> Migration {
    Migration { domain: domain.to_owned(), file: file.to_owned(), sql: sql.to_owned() }
}

fn shop() -> Postgres {
    Postgres::migrated(&[
        migration(
            "users",
            "001_users.sql",
            "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now());
             CREATE UNIQUE INDEX users_name ON users (lower(name));",
        ),
        migration("shop", "001_orders.sql", "CREATE TABLE public.old (id int); ALTER TABLE old RENAME TO \"Orders\""),
    ])
}

fn names(names: &std::collections::BTreeSet<String>) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

#[test]
fn tables_have_owners() {
    let shop = shop();
    assert_eq!(shop.tables()["users"].domain, "users");
    assert_eq!(shop.tables()["orders"].created_by, "shop/001_orders.sql");
}

#[test]
fn reads_and_writes_are_told_apart() {
    let shop = shop();
    for (sql, reads, writes) in [
        (
            "SELECT u.id FROM users u JOIN orders o ON o.id = u.id WHERE u.name ILIKE $1",
            &["orders", "users"][..],
            &[][..],
        ),
        (
            "INSERT INTO users (name) SELECT $1::text FROM orders ON CONFLICT DO NOTHING RETURNING id",
            &["orders"],
            &["users"],
        ),
        ("UPDATE users SET name = $2 FROM orders o WHERE o.id = users.id AND users.id = $1", &["orders"], &["users"]),
        ("DELETE FROM users USING orders WHERE orders.id = users.id", &["orders"], &["users"]),
        ("WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone", &[], &["orders"]),
        ("SELECT n FROM generate_series(1, 3) AS n", &[], &[]),
        ("SELECT relname FROM pg_class", &[], &[]),
        ("SELECT id FROM ONLY users", &["users"], &[]),
        ("SELECT 1 FROM ONLY (users) JOIN ONLY \"Orders\" o ON true FETCH FIRST 1 ROW ONLY", &["orders", "users"], &[]),
        ("UPDATE ONLY public.users AS u SET name = 'x' FROM ONLY orders", &["orders"], &["users"]),
        ("DELETE FROM ONLY users USING ONLY orders WHERE true", &["orders"], &["users"]),
        // What one subquery names is its own.
        (
            "SELECT (WITH orders AS (SELECT 1 AS id) SELECT id FROM orders), (SELECT count(*) FROM orders)",
            &["orders"],
            &[],
        ),
        ("WITH orders AS (SELECT id FROM users) SELECT id FROM orders", &["users"], &[]),
        ("WITH users AS (SELECT id FROM users) SELECT id FROM users", &["users"], &[]),
        ("WITH a AS (SELECT 1), b AS (SELECT * FROM a, users) SELECT * FROM b", &["users"], &[]),
        ("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", &[], &[]),
        ("WITH orders AS (SELECT 1) SELECT * FROM public.orders", &["orders"], &[]),
        ("WITH new AS (SELECT 'x' AS name) INSERT INTO users (name) SELECT name FROM new", &[], &["users"]),
        (
            "SELECT u.id FROM users u, LATERAL (SELECT o.id FROM orders o WHERE o.id = u.id) x",
            &["orders", "users"],
            &[],
        ),
        ("SELECT id FROM users TABLESAMPLE SYSTEM (10) REPEATABLE (1)", &["users"], &[]),
        ("SELECT id FROM users AS u (id, name, at) WHERE EXISTS (SELECT 1 FROM orders)", &["orders", "users"], &[]),
        ("SELECT u.id FROM users u FOR UPDATE OF u SKIP LOCKED", &["users"], &[]),
        ("SELECT x.a FROM json_to_recordset($1) AS x(a int), unnest($2::int[]) WITH ORDINALITY y(b, n)", &[], &[]),
        (
            "INSERT INTO users AS u (name) VALUES ($1) ON CONFLICT (id) DO UPDATE SET name = excluded.name || u.name",
            &[],
            &["users"],
        ),
    ] {
        let prepared = shop.prepare(sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal:?}"));
        assert_eq!((names(&prepared.reads), names(&prepared.writes)), (reads.to_vec(), writes.to_vec()), "{sql}");
    }
}

#[test]
fn placeholders_and_named_columns_are_found() {
    let shop = shop();
    let columns = |sql: &str| shop.prepare(sql).unwrap().columns;
    let list = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        columns("SELECT u.id, Name, count(*), 1 + 1 AS two FROM users u"),
        list(&["id", "name", "count", "two"])
    );
    assert_eq!(columns("DELETE FROM users RETURNING id"), list(&["id"]));
    assert_eq!(columns("DELETE FROM users"), list(&[]));
    assert_eq!(columns("SELECT * FROM users"), None);
    let prepared = shop.prepare("SELECT id FROM users WHERE id = $1 OR id = $1 LIMIT $2").unwrap();
    assert_eq!(names(&prepared.placeholders.into_iter().collect()), ["$1", "$2"]);
}

#[test]
fn refusals_name_the_token_and_the_table() {
    let shop = shop();
    let refusal = |sql: &str| shop.prepare(sql).unwrap_err();
    let syntax = |near: Option<&str>, line| Refusal::Syntax { near: near.map(ToOwned::to_owned), line };
    assert_eq!(refusal("SELECT id\nFORM users WHERE"), syntax(Some("users"), 2));
    assert_eq!(refusal("SELECT id FROM users WHERE"), syntax(None, 1));
    assert_eq!(refusal("SELECT id FROM userz"), Refusal::Table("userz".to_owned()));
    assert_eq!(refusal("SELECT 1; SELECT 2"), Refusal::Several);
}

#[test]
fn a_migration_that_the_parser_can_not_read_leaves_the_rest_known() {
    let postgres = Postgres::migrated(&[migration(
        "users",
        "001_users.sql",
        "CREATE TABLE users (id bigint); CREATE ODDITY OF the_server WITH (x); CREATE TABLE teams (id bigint);",
    )]);
    assert!(postgres.tables().contains_key("teams"));
    assert!(postgres.prepare("SELECT id FROM made_by_an_oddity").is_ok(), "what is not known may exist");
    assert!(postgres.prepare("SELECT id FORM users WHERE").is_err());
}

#[test]
fn tables_are_written_as_the_migrations_leave_them() {
    let postgres = Postgres::migrated(&[
        migration(
            "shop",
            "001_teams.sql",
            "CREATE TABLE teams (id BIGSERIAL PRIMARY KEY, tags TEXT[], \"Name\" VARCHAR(80) UNIQUE, old INT, due DATE DEFAULT now());
             CREATE TABLE gone (id INT);",
        ),
        migration(
            "shop",
            "002_users.sql",
            "CREATE TABLE users (id UUID DEFAULT gen_random_uuid(), team BIGINT NOT NULL REFERENCES teams,
                 born DATE, balance NUMERIC(12, 2) NOT NULL, data JSONB, PRIMARY KEY (id), UNIQUE (team, born));
             CREATE UNIQUE INDEX by_born ON users (born); CREATE UNIQUE INDEX part ON users (data) WHERE born IS NULL;
             ALTER TABLE teams DROP COLUMN old, ADD COLUMN open BOOLEAN NOT NULL DEFAULT true;
             ALTER TABLE teams RENAME COLUMN due TO until; ALTER TABLE teams ALTER COLUMN until DROP DEFAULT;
             DROP TABLE gone; CREATE VIEW everybody AS SELECT id FROM users;",
        ),
    ]);
    let expected = "table\tshop\tteams\ncolumn\tid\tint\tkey\t\ncolumn\ttags\ttext\tnull\t\ncolumn\tname\ttext\tnull\t\n\
                    column\tuntil\ttimestamp\tnull\t\ncolumn\topen\tbool\t\ttrue\nunique\tname\n\
                    table\tshop\tusers\ncolumn\tid\ttext\tkey\tgen_random_uuid()\ncolumn\tteam\tint\t\t\n\
                    column\tborn\ttimestamp\tnull\t\ncolumn\tbalance\tfloat\t\t\ncolumn\tdata\tjson\tnull\t\n\
                    unique\tborn\nunique\tteam\tborn\nrefers\tteam\tteams.id\n";
    assert_eq!(postgres.text_of_tables(), expected);
}
