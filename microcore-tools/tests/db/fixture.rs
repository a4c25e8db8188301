//! A database with two tables, on any backend.

use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Manifest, Migration};
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Backend, Database};

const USERS: Migration = Migration {
    domain: "users",
    file: "001_users.sql",
    sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, age INTEGER CHECK (age >= 0));
          CREATE TABLE notes (user_id INTEGER NOT NULL REFERENCES users (id), body TEXT NOT NULL)",
};

/// How many writes may wait.
pub(crate) const QUEUE: usize = 64;

pub(crate) fn boot(migrations: &[Migration], test: bool, environment: Environment) -> Boot {
    let migrations = Box::leak(migrations.to_vec().into_boxed_slice());
    let manifest =
        Manifest { name: "test", version: "0", folder: "", tools: &[], plugins: &[], events: &[], migrations };
    Boot { environment, manifest: Box::leak(Box::new(manifest)), test }
}

pub(crate) async fn database<B: Backend>() -> Database<B> {
    waiting::<B>("200ms").await
}

/// The same, where a call waits for as long as `wait` says.
pub(crate) async fn waiting<B: Backend>(wait: &str) -> Database<B> {
    let environment = Environment::of([("DB_WAIT", wait), ("DB_QUEUE", "64")]);
    let settings = B::Settings::load(&environment).unwrap();
    Database::setup(settings, &boot(&[USERS], true, environment)).await.unwrap()
}
