//! `check --database`: what the compiler leaves to the server is asked there, all of it at once.

use std::path::Path;
use std::sync::OnceLock;

use microcore::application::Application;
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};
use microcore::tools::db::PostgresSettings;
use microcore::tools::db::{Database, Postgres};
use microcore_runtime::commands::{Exit, Surroundings, run};
use microcore_runtime::database::Migrated;

use crate::{App, cluster};

/// A command reads its settings through a function, which knows no server of a test.
static URL: OnceLock<String> = OnceLock::new();

fn command(line: &str) -> (std::process::ExitCode, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let environment = || Ok(Environment::of([("PG_URL", URL.get().expect("it is set").as_str())]));
    let folder = Path::new("/nowhere").to_owned();
    let surroundings = Surroundings { folder, environment, out: &mut out, err: &mut err };
    let exit = run::<App, _>(line.split(' '), surroundings);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn every_statement_that_the_server_refuses_is_reported_at_once() {
    let Some(server) = cluster::Cluster::start() else { return };
    URL.set(server.url()).unwrap();
    let (exit, out, err) = command("app check --database");
    assert_eq!(exit, Exit::Failed.into());
    assert!(err.contains("warning: migration `users/001_users.sql` is pending\n"), "{err}");
    assert!(
        err.contains("users.users.one (src/domains/users/plugins/users.rs): relation \"users\" does not exist"),
        "{err}"
    );

    assert_eq!(command("app migrate").0, Exit::Done.into());
    let (exit, out_migrated, err) = command("app check --database");
    assert_eq!(exit, Exit::Failed.into());
    let place = "(src/domains/users/plugins/left_to_the_server.rs)";
    let column = format!("error: users.left_to_the_server.column {place}: column \"nmae\" does not exist");
    let function = format!("error: users.left_to_the_server.function {place}: function lwer(unknown) does not exist");
    let several = format!("warning: users.left_to_the_server.several {place}: it can't be judged without its values");
    let unchecked = format!("error: users.left_to_the_server.unchecked {place}: relation \"strangers\" does not exist");
    for expected in [&column, &function, &several, &unchecked] {
        assert!(err.contains(expected.as_str()), "{expected}\n{err}");
    }
    assert!(err.contains("\n       SELECT nmae FROM users\n"), "{err}");
    // What is right is not mentioned, and a migrated database makes the others right.
    assert!(!err.contains("users.users.") && !err.contains("server.values"), "{err}");
    assert_eq!(out_migrated, "8 statements prepared on the database\n3 errors, 1 warning\n");
    assert!(out.ends_with("errors, 2 warnings\n") || out.ends_with("errors, 1 warning\n"), "{out}");
    // Nothing was run.
    let (_, schema, _) = command("app schema");
    assert!(schema.starts_with("users\n"), "{schema}");
    the_context_has_the_tables_that_the_server_has(&server.url());
}

/// Defaults are left out: the server writes them in its own words.
fn the_context_has_the_tables_that_the_server_has(url: &str) {
    let environment = Environment::of([("PG_URL", url)]);
    let boot = Boot::new(environment).of(&App::MANIFEST);
    let settings = PostgresSettings::load(&boot.environment).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let live = runtime.block_on(Database::<Postgres>::schema(settings, &boot)).unwrap();
    let mut read = App::tables().unwrap();
    let mut live: Vec<_> = live.into_iter().filter(|table| !table.is_internal()).collect();
    for table in read.iter_mut().chain(&mut live) {
        table.columns.iter_mut().for_each(|column| column.default = None);
        table.domain.clear();
    }
    assert_eq!(read, live);
    let (_, context, _) = command("app context users");
    let users =
        "- table `users`: id text pk default gen_random_uuid(), name text unique, born timestamp, balance float,";
    assert!(context.contains(users), "{context}");
}

#[test]
fn a_server_that_is_not_there_is_one_error() {
    let (exit, out, err) = {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let environment = || Ok(Environment::of([("PG_URL", "postgres://nobody@127.0.0.1:1/none")]));
        let surroundings = Surroundings { folder: "/nowhere".into(), environment, out: &mut out, err: &mut err };
        let exit = run::<App, _>(["app", "check", "--database"], surroundings);
        (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    };
    assert_eq!((exit, out.as_str()), (Exit::Failed.into(), "1 error, 0 warnings\n"));
    assert_eq!(err.matches("the database server at `127.0.0.1:1/none` can't be used").count(), 1, "{err}");
}
