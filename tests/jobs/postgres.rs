//! The battery of schedules on a PostgreSQL server that this program starts.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod application;
mod battery;
#[path = "../../microcore-tools/tests/db/cluster.rs"]
#[expect(dead_code, reason = "nobody changes the options of the server here")]
mod cluster;
mod commands;
mod server;

use application::{done, note, record};

microcore::app! { db: Postgres, root: "app" }

/// What the battery must know of the database under test.
mod mount {
    use std::process::{Command, Stdio};

    use crate::cluster::Cluster;

    /// What the database is to be told, for a test of this name: each has one of its own.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        let postgres = Cluster::shared()?.url();
        // It is there already where a test boots twice.
        Command::new("psql")
            .args([&postgres, "-q", "-c", &format!("CREATE DATABASE {test}")])
            .stderr(Stdio::null())
            .status()
            .expect("PostgreSQL came with its client");
        let database = format!("{}/{test}", postgres.rsplit_once('/').expect("it names a database").0);
        Some(vec![("PG_URL".to_owned(), database)])
    }
}
