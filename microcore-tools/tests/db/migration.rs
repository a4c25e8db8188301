//! Migrations: once each, whole or not at all, also where several run at once.

use microcore_runtime::database::{Migrated, MigrationState, Progress};
use microcore_runtime::manifest::Migration;
use microcore_runtime::settings::{Environment, Problems};
use microcore_tools::db::{Backend, Database, Postgres, Sqlite};

use crate::fixture::{Engine, Home, boot, postgres_home, sqlite_home};

const USERS: Migration = Migration {
    domain: "users",
    file: "001_users.sql",
    sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
};

/// Comes first by name, and needs what comes later; has a trigger and texts with `;`.
fn audit<E: Engine>() -> Migration {
    let tables = "-- depends: users/001_users.sql\nCREATE TABLE audit (what TEXT, user_id INTEGER REFERENCES users);";
    let sql = format!("{tables}\n{}\nINSERT INTO users (id, email) VALUES (1, 'a;b')", E::TRIGGER);
    Migration { domain: "audit", file: "001_audit.sql", sql: sql.leak() }
}

async fn migrate<B: Backend>(home: &Home<B>, migrations: &[Migration]) -> Result<Vec<String>, String> {
    let (environment, settings) = home.settings("false");
    let boot = boot(migrations, false, environment);
    Database::<B>::migrate(settings, &boot, Progress::default()).await.map_err(|error| error.to_string())
}

async fn is_there<B: Backend>(home: &Home<B>, table: &str) -> bool {
    let db = home.try_open(&[], "false").await.unwrap();
    db.describe_schema().await.unwrap().iter().any(|found| found.name == table)
}

pub(crate) async fn each_is_applied_once_in_order_of_dependencies<E: Engine>(home: Home<E>) {
    let all = [audit::<E>(), USERS];
    let order = ["users/001_users.sql", "audit/001_audit.sql"];
    assert_eq!(migrate(&home, &all).await.unwrap(), order);
    assert!(migrate(&home, &all).await.unwrap().is_empty());
    let db = home.open(&all).await;
    assert_eq!(db.query_scalar::<String>("SELECT what FROM audit", ()).await.unwrap(), "added; really");
    let history = "SELECT count(*) FROM _microcore_migrations";
    assert_eq!(db.query_scalar::<i64>(history, ()).await.unwrap(), 2);
}

pub(crate) async fn a_flag_leaves_them_to_the_command<B: Backend>(home: Home<B>) {
    let two = Migration { file: "002_two.sql", sql: "CREATE TABLE two (id INTEGER)", ..USERS };
    // What waits for the command is told as what is configured wrongly, and none of it is applied.
    assert_eq!(problems(&home, &[USERS, two], "false").await, [pending("001_users"), pending("002_two")]);
    assert!(!is_there(&home, "users").await);
    migrate(&home, &[USERS]).await.unwrap();
    assert_eq!(problems(&home, &[USERS, two], "false").await, [pending("002_two")]);
    migrate(&home, &[USERS, two]).await.unwrap();
    let db = home.try_open(&[USERS, two], "false").await.unwrap();
    assert!(db.query::<i64>("SELECT id FROM users", ()).await.unwrap().is_empty());
    // The old version of a fleet meets what the new one migrated.
    home.try_open(&[USERS], "false").await.unwrap();
    home.try_open(&[USERS], "true").await.unwrap();
}

fn pending(file: &str) -> String {
    let what = "is not applied, and DB_AUTO_MIGRATE is false; run the command `migrate` before the application";
    format!("migration `users/{file}.sql` {what}")
}

/// What a boot says is configured wrongly.
async fn problems<B: Backend>(home: &Home<B>, migrations: &[Migration], auto_migrate: &str) -> Vec<String> {
    let error = home.try_open(migrations, auto_migrate).await.unwrap_err();
    let problems = error.find::<Problems>().unwrap_or_else(|| panic!("no mistake in the configuration: {error}"));
    problems.iter().map(|problem| format!("{} {}", problem.name, problem.message)).collect()
}

pub(crate) async fn an_edited_file_stops_everything<B: Backend>(home: Home<B>) {
    migrate(&home, &[USERS]).await.unwrap();
    let edited = Migration { sql: "CREATE TABLE users (id INTEGER)", ..USERS };
    let before = Migration { domain: "a", file: "1.sql", sql: "CREATE TABLE a (id INTEGER)" };
    let sentence = "migration `users/001_users.sql` was edited after it was applied";
    let error = migrate(&home, &[before, edited]).await.unwrap_err();
    assert!(error.starts_with(sentence), "{error}");
    for auto_migrate in ["true", "false"] {
        let told = problems(&home, &[before, edited], auto_migrate).await;
        assert!(told.len() == 1 && told[0].starts_with(sentence) && told[0].contains("restore"), "{told:?}");
    }
    assert!(!is_there(&home, "a").await);
}

pub(crate) async fn a_failing_file_leaves_nothing<B: Backend>(home: Home<B>) {
    let broken = Migration { sql: "CREATE TABLE users (id INTEGER); INSERT INTO nowhere VALUES (1)", ..USERS };
    let error = migrate(&home, &[broken]).await.unwrap_err();
    assert!(error.contains("`users/001_users.sql` failed: ") && error.contains("nowhere"), "{error}");
    assert!(!is_there(&home, "users").await);
    assert_eq!(problems(&home, &[broken], "true").await, [error]);
    // Neither is it in the history: the corrected file is applied.
    assert_eq!(migrate(&home, &[USERS]).await.unwrap(), ["users/001_users.sql"]);
}

pub(crate) async fn a_commit_inside_is_refused_before_anything_runs<B: Backend>(home: Home<B>) {
    for sql in ["CREATE TABLE users (id INTEGER); COMMIT; SELECT 1", "rollback", "/* x */ COMMIT"] {
        let error = migrate(&home, &[Migration { sql, ..USERS }]).await.unwrap_err();
        let word = if sql == "rollback" { "ROLLBACK" } else { "COMMIT" };
        assert!(error.contains(&format!("`users/001_users.sql` must not contain `{word}`")), "{error}");
    }
    assert!(!is_there(&home, "users").await);
}

pub(crate) async fn a_transaction_inside_is_refused_by_name<E: Engine>(home: Home<E>) {
    let table = |name: &str| format!("CREATE TABLE {name} (x INTEGER);");
    for (word, sql) in [
        ("END", format!("{} END; {}", table("a"), table("b"))),
        ("BEGIN", format!("BEGIN; {}", table("a"))),
        ("SAVEPOINT", format!("{} SAVEPOINT b", table("a"))),
    ] {
        let error = migrate(&home, &[Migration { sql: sql.leak(), ..USERS }]).await.unwrap_err();
        assert!(error.contains(&format!("must not contain `{word}`")), "{error}");
    }
    let nul = migrate(&home, &[Migration { sql: "CREATE TABLE a (x INTEGER); \0 SELECT 1", ..USERS }]).await;
    assert!(nul.unwrap_err().contains("must not contain a NUL"));
    assert!(!is_there(&home, "a").await);
    // In a body, a text and a comment they are none.
    migrate(&home, &[USERS, audit::<E>()]).await.unwrap();
    let quoted = "INSERT INTO audit VALUES ('; COMMIT;', NULL) -- ; ROLLBACK;";
    let file = Migration { domain: "audit", file: "002_quoted.sql", sql: quoted };
    assert_eq!(migrate(&home, &[USERS, audit::<E>(), file]).await.unwrap(), ["audit/002_quoted.sql"]);
}

pub(crate) async fn a_mark_and_a_number_of_another_width_are_no_trouble<B: Backend>(home: Home<B>) {
    let file = |domain, file, sql| Migration { domain, file, sql };
    let files = [
        file("b", "1_a.sql", "CREATE TABLE b (x INTEGER)"),
        file("b", "10_c.sql", "INSERT INTO b (x, y) VALUES (1, 2)"),
        file("b", "9_b.sql", "\u{feff}ALTER TABLE b ADD COLUMN y INTEGER"),
        file("a", "1_a.sql", "\u{feff}-- depends: b/10_c.sql\nINSERT INTO b (y) VALUES (3)"),
    ];
    assert_eq!(migrate(&home, &files).await.unwrap(), ["b/1_a.sql", "b/9_b.sql", "b/10_c.sql", "a/1_a.sql"]);
    // An editor that writes the mark, or leaves it out, edits nothing.
    let unmarked = files.map(|file| Migration { sql: file.sql.trim_start_matches('\u{feff}'), ..file });
    assert!(migrate(&home, &unmarked).await.unwrap().is_empty());
}

/// `VACUUM` can't run in a transaction on either engine.
pub(crate) async fn one_statement_runs_outside_of_a_transaction<B: Backend>(home: Home<B>) {
    let vacuum = Migration { file: "002_vacuum.sql", sql: "-- no-transaction\nVACUUM;", ..USERS };
    let inside = Migration { sql: "VACUUM", ..vacuum };
    assert!(migrate(&home, &[USERS, inside]).await.unwrap_err().contains("002_vacuum.sql` failed"));
    assert_eq!(migrate(&home, &[USERS, vacuum]).await.unwrap(), ["users/002_vacuum.sql"]);
    assert!(migrate(&home, &[USERS, vacuum]).await.unwrap().is_empty());
    let two = Migration { file: "003_two.sql", sql: "-- no-transaction\nVACUUM; VACUUM", ..USERS };
    assert!(migrate(&home, &[USERS, vacuum, two]).await.unwrap_err().contains("must be one statement"));
    let broken = Migration { file: "003_broken.sql", sql: "-- no-transaction\nDROP TABLE nowhere", ..USERS };
    assert!(migrate(&home, &[USERS, vacuum, broken]).await.unwrap_err().contains("nowhere"));
    assert!(!is_there(&home, "nowhere").await);
}

/// The first lines of every `pg_dump`, a role and a temporary table are the file's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_file_sets_for_its_session_ends_with_it_on_postgres() {
    let Some(home) = postgres_home().await else { return };
    let dump = "SET statement_timeout = 0; SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;
        SELECT pg_catalog.set_config('search_path', '', false); SET check_function_bodies = false;
        SET default_table_access_method = heap; CREATE TEMP TABLE scraps (id INTEGER);
        CREATE TABLE public.users (id bigint NOT NULL, email text);
        ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id); SET ROLE pg_monitor;";
    let next = Migration { file: "002_next.sql", sql: "CREATE TABLE scraps AS SELECT * FROM users", ..USERS };
    let index = "-- no-transaction\nCREATE INDEX CONCURRENTLY users_email ON users (email)";
    let index = Migration { file: "003_index.sql", sql: index, ..USERS };
    let files = [Migration { sql: dump, ..USERS }, next, index];
    assert_eq!(migrate(&home, &files).await.unwrap().len(), 3);
    assert!(migrate(&home, &files).await.unwrap().is_empty());
    let db = home.open(&files).await;
    let there = "SELECT count(*) FROM pg_indexes WHERE indexname = 'users_email'";
    assert_eq!(db.query_scalar::<i64>(there, ()).await.unwrap(), 1);
    assert!(is_there(&home, "scraps").await);
}

/// An orphan from before is nobody's fault now; a new one is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_orphan_from_before_blames_no_later_file_on_sqlite() {
    let home = sqlite_home().await.unwrap();
    let notes = "CREATE TABLE notes (user_id INTEGER REFERENCES users (id))";
    let notes = Migration { file: "002_notes.sql", sql: notes, ..USERS };
    migrate(&home, &[USERS, notes]).await.unwrap();
    let theirs = rusqlite::Connection::open(home.settings("false").1.path).unwrap();
    theirs.execute_batch("PRAGMA foreign_keys = OFF; INSERT INTO notes VALUES (99)").unwrap();
    let later = "ALTER TABLE notes RENAME TO remarks; CREATE TABLE later (id INTEGER)";
    let later = Migration { file: "003_later.sql", sql: later, ..USERS };
    assert_eq!(migrate(&home, &[USERS, notes, later]).await.unwrap(), ["users/003_later.sql"]);
    let worse = Migration { file: "004_worse.sql", sql: "INSERT INTO remarks VALUES (98)", ..USERS };
    let error = migrate(&home, &[USERS, notes, later, worse]).await.unwrap_err();
    assert!(error.contains("`users/004_worse.sql` leaves rows in table `remarks`"), "{error}");
}

pub(crate) async fn a_ring_and_a_missing_dependency_are_errors<B: Backend>(home: Home<B>) {
    let ring = [
        Migration { domain: "a", file: "1.sql", sql: "-- depends: b/1.sql\nCREATE TABLE a (id INTEGER)" },
        Migration { domain: "b", file: "1.sql", sql: "-- depends: a/1.sql\nCREATE TABLE b (id INTEGER)" },
    ];
    let error = migrate(&home, &ring).await.unwrap_err();
    assert!(error.contains("in a ring: `a/1.sql` → `b/1.sql` → `a/1.sql`"), "{error}");
    let error = migrate(&home, &ring[..1]).await.unwrap_err();
    assert!(error.contains("`a/1.sql` depends on `b/1.sql`, which does not exist"), "{error}");
    for auto_migrate in ["true", "false"] {
        assert!(problems(&home, &ring, auto_migrate).await[0].contains("in a ring"));
        assert!(problems(&home, &ring[..1], auto_migrate).await[0].contains("which does not exist"));
    }
    assert!(!is_there(&home, "a").await);
}

pub(crate) async fn dropped_and_renamed_tables_do_not_come_back<B: Backend>(home: Home<B>) {
    let two = Migration {
        file: "002_two.sql",
        sql: "CREATE TABLE one (id INTEGER); CREATE TABLE \"Two\" (id INTEGER)",
        ..USERS
    };
    let gone = Migration { file: "003_gone.sql", sql: "DROP TABLE one; ALTER TABLE \"Two\" RENAME TO three", ..USERS };
    let all = [USERS, two, gone];
    assert_eq!(migrate(&home, &all).await.unwrap().len(), 3);
    for _ in 0..2 {
        let db = home.open(&all).await;
        let names: Vec<_> = db.describe_schema().await.unwrap().into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["_microcore_migrations", "three", "users"]);
    }
}

pub(crate) async fn a_rebuilt_table_is_not_replayed_and_keeps_its_children<E: Engine>(home: Home<E>) {
    // As each engine does it: the one can't drop a table that others refer to, the other needs no new table.
    let rebuild = Migration {
        file: "002_rebuild.sql",
        sql: if E::REBUILDS {
            "-- depends: audit/001_audit.sql
             CREATE TABLE users_new (id INTEGER PRIMARY KEY, mail TEXT, state TEXT NOT NULL DEFAULT 'n');
             INSERT INTO users_new SELECT id, email, 'n' FROM users; DROP TABLE users; ALTER TABLE users_new RENAME TO users"
        } else {
            "-- depends: audit/001_audit.sql
             ALTER TABLE users RENAME TO users_old; ALTER TABLE users_old RENAME COLUMN email TO mail;
             ALTER TABLE users_old ADD COLUMN state TEXT NOT NULL DEFAULT 'n'; ALTER TABLE users_old RENAME TO users"
        },
        ..USERS
    };
    let all = [USERS, audit::<E>(), rebuild];
    assert_eq!(migrate(&home, &all).await.unwrap().len(), 3);
    let db = home.open(&all).await;
    db.execute("UPDATE users SET state = 'kept'", ()).await.unwrap();
    assert!(migrate(&home, &all).await.unwrap().is_empty());
    let db = home.open(&all).await;
    let sql = "SELECT mail, state FROM users JOIN audit ON user_id = id";
    assert_eq!(db.query_one(sql, ()).await.unwrap(), Some(("a;b".to_owned(), "kept".to_owned())));
}

pub(crate) async fn of_many_migrators_each_applies_what_the_others_did_not<E: Engine>(home: Home<E>) {
    let all = [USERS, audit::<E>()];
    let ran = tokio::join!(migrate(&home, &all), migrate(&home, &all), migrate(&home, &all), migrate(&home, &all));
    let counts = [ran.0, ran.1, ran.2, ran.3].map(|names| names.unwrap().len());
    assert_eq!(counts.iter().sum::<usize>(), 2, "{counts:?}");
}

/// What this binary does when it is started as one of two processes. Started by anybody else, it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one() {
    let Ok(path) = std::env::var("TEST_MIGRATES") else { return };
    let environment = Environment::of([(if path.contains("://") { "PG_URL" } else { "DB_PATH" }, path.clone())]);
    let applied = if path.contains("://") {
        one_of_many(&Home::<Postgres>::of(environment)).await
    } else {
        one_of_many(&Home::<Sqlite>::of(environment)).await
    };
    println!("applied {applied}");
}

/// Fifty files, so that the two overlap.
async fn one_of_many<B: Backend>(home: &Home<B>) -> usize {
    let files = (0..50).map(|number| Migration {
        domain: "many",
        file: format!("{number:03}.sql").leak(),
        sql: format!("CREATE TABLE many_{number} (id INTEGER)").leak(),
    });
    migrate(home, &files.collect::<Vec<_>>()).await.unwrap().len()
}

pub(crate) async fn of_two_processes_each_migrates_what_the_other_did_not<B: Backend>(home: Home<B>) {
    let environment = home.settings("false").0;
    let place = environment.get("PG_URL").or_else(|| environment.get("DB_PATH")).unwrap().to_owned();
    let start = || {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "migration::of_two_processes_one", "--nocapture"])
            .env("TEST_MIGRATES", &place)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children = [start(), start()];
    let applied = children.map(|child| {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, count) = text.split_once("applied ").unwrap();
        count.lines().next().unwrap().parse::<usize>().unwrap()
    });
    assert_eq!(applied.iter().sum::<usize>(), 50, "{applied:?}");
    let db = home.open(&[]).await;
    let history = "SELECT count(*) FROM _microcore_migrations";
    assert_eq!(db.query_scalar::<i64>(history, ()).await.unwrap(), 50);
}

pub(crate) async fn the_status_tells_applied_pending_edited_and_missing<B: Backend>(home: Home<B>) {
    let file = |file| Migration { domain: "a", file, sql: "SELECT 1" };
    let status = async |migrations: &[Migration]| {
        let (environment, settings) = home.settings("false");
        Database::<B>::status(settings, &boot(migrations, false, environment)).await.unwrap()
    };
    let of = |list: &[(&str, MigrationState)]| {
        list.iter().map(|(name, state)| ((*name).to_owned(), *state)).collect::<Vec<_>>()
    };
    // A question makes no database and no history.
    assert_eq!(status(&[file("1.sql")]).await, of(&[("a/1.sql", MigrationState::Pending)]));
    migrate(&home, &[file("1.sql"), file("2.sql"), file("3.sql")]).await.unwrap();
    let edited = Migration { sql: "SELECT 2", ..file("2.sql") };
    assert_eq!(
        status(&[file("4.sql"), edited, file("1.sql")]).await,
        of(&[
            ("a/1.sql", MigrationState::Applied),
            ("a/2.sql", MigrationState::Edited),
            ("a/4.sql", MigrationState::Pending),
            ("a/3.sql", MigrationState::Missing),
        ])
    );
}

pub(crate) async fn every_step_is_told<E: Engine>(home: Home<E>) {
    let (environment, settings) = home.settings("false");
    let (progress, mut steps) = Progress::channel();
    let all = [USERS, audit::<E>()];
    Database::<E>::migrate(settings, &boot(&all, false, environment), progress).await.unwrap();
    let mut told = Vec::new();
    while let Some(step) = steps.recv().await {
        told.push((step.migration, step.number, step.of, step.done));
    }
    let step = |name: &str, number, done| (name.to_owned(), number, 2, done);
    let (users, audit) = ("users/001_users.sql", "audit/001_audit.sql");
    assert_eq!(told, [step(users, 1, false), step(users, 1, true), step(audit, 2, false), step(audit, 2, true)]);
}

/// Nothing is open after a rollback: another process can write, and sees what is committed next.
pub(crate) async fn what_is_committed_after_a_rollback_is_seen_by_another_process<B: Backend>(home: Home<B>) {
    let (ours, theirs) = (home.open(&[USERS]).await, home.open(&[USERS]).await);
    let add = "INSERT INTO users (id, email) VALUES ($1, $2)";
    let failed = ours
        .transaction(async |tx| {
            tx.execute(add, (1, "a")).await?;
            Err::<(), _>(microcore_runtime::error::Error::conflict("no"))
        })
        .await;
    assert!(failed.is_err());
    theirs.execute(add, (2, "b")).await.unwrap();
    ours.transaction(async |tx| tx.execute(add, (3, "c")).await).await.unwrap();
    let ids = "SELECT id FROM users ORDER BY id";
    assert_eq!(theirs.query::<i64>(ids, ()).await.unwrap(), [2, 3]);
    // Nobody closed anything, as after a kill.
    assert_eq!(home.open(&[USERS]).await.query::<i64>(ids, ()).await.unwrap(), [2, 3]);
}

#[derive(Debug, PartialEq, microcore_tools::db::Row)]
struct Pair {
    a: i64,
    b: i64,
}

pub(crate) async fn columns_are_found_again_after_another_process_changed_them<B: Backend>(home: Home<B>) {
    let (ours, theirs) = (home.open(&[]).await, home.open(&[]).await);
    ours.execute("CREATE TABLE pairs (x INTEGER, a INTEGER, b INTEGER)", ()).await.unwrap();
    ours.execute("INSERT INTO pairs VALUES (0, 1, 2)", ()).await.unwrap();
    let all = "SELECT * FROM pairs";
    assert_eq!(ours.query::<Pair>(all, ()).await.unwrap(), [Pair { a: 1, b: 2 }]);
    theirs.execute("ALTER TABLE pairs DROP COLUMN x", ()).await.unwrap();
    assert_eq!(ours.query::<Pair>(all, ()).await.unwrap(), [Pair { a: 1, b: 2 }]);
}
