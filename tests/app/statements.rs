//! `check --database` on SQLite: what the compiler accepted is right for the migrations; the file may be another matter.

use std::path::Path;

use microcore::settings::Environment;
use microcore_runtime::commands::{Exit, Surroundings, run};

use crate::App;

const SETTINGS: [(&str, &str); 1] = [("AUTH_SECRET_KEY", "a secret of at least thirty-two bytes")];

/// A command reads its settings through a function, which knows no folder of a test.
fn environment() -> Environment {
    let file = std::env::temp_dir().join(format!("microcore-statements-{}.db", std::process::id()));
    Environment::of(SETTINGS.into_iter().chain([("DB_PATH", file.to_str().unwrap())]))
}

struct Removed(String);

impl Drop for Removed {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0));
        }
    }
}

fn command(line: &str) -> (std::process::ExitCode, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let folder = Path::new("/nowhere").to_owned();
    let surroundings = Surroundings { folder, environment: || Ok(environment()), out: &mut out, err: &mut err };
    let exit = run::<App, _>(line.split(' '), surroundings);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn a_live_database_that_differs_from_the_migrations_is_told_statement_by_statement() {
    let file = environment().get("DB_PATH").unwrap().to_owned();
    let _removed = Removed(file.clone());
    let (exit, _, err) = command("app check --database");
    assert_eq!(exit, Exit::Failed.into());
    assert!(err.contains("can't be opened") && !Path::new(&file).exists(), "a question makes no database: {err}");

    assert_eq!(command("app migrate").0, Exit::Done.into());
    let (exit, out, err) = command("app check --database");
    assert_eq!(exit, Exit::Done.into(), "{err}");
    assert!(out.starts_with("4 statements prepared on the database\n"), "{out}");

    // Somebody was at it by hand.
    let sqlite = rusqlite::Connection::open(&file).unwrap();
    sqlite.execute_batch("ALTER TABLE stored RENAME COLUMN text TO body; DROP TABLE heard").unwrap();
    let (exit, out, err) = command("app check --database");
    assert_eq!(exit, Exit::Failed.into());
    let place = "(src/domains/archive/plugins/store_row.rs)";
    for expected in [
        format!(
            "error: archive.store_row.execute {place}: table stored has no column named text\n       INSERT INTO stored"
        ),
        format!("error: archive.store_row.hear {place}: no such table: heard\n"),
        format!("error: archive.store_row.counts {place}: no such table: heard\n"),
    ] {
        assert!(err.contains(&expected), "{expected}\n{err}");
    }
    assert!(out.contains("4 statements prepared on the database\n3 errors, "), "{out}");
    // Nothing was run.
    let rows: i64 = sqlite.query_row("SELECT count(*) FROM stored", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}
