//! The battery on `bus: Stored`, in a PostgreSQL database of a server that this program starts for itself, and fleets that
//! share one database for their data and their events.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod battery;
#[path = "../../microcore-tools/tests/db/bouncer.rs"]
mod bouncer;
#[path = "../../microcore-tools/tests/db/cluster.rs"]
mod cluster;
mod crash;
mod database;

microcore::app! { db: Postgres, bus: Stored, root: "app" }

/// What the battery must know of the transport under test.
mod mount {
    use std::process::{Command, Stdio};

    use crate::cluster::Cluster;

    /// Whether an event that was accepted survives the process.
    pub const KEEPS: bool = true;

    /// Where the database of a test is. Not every name of a test is one of a database: some are words of SQL.
    pub fn url(test: &str) -> Option<String> {
        let (postgres, test) = (Cluster::shared()?.url(), format!("of_{test}"));
        // It is there already where a test boots twice.
        Command::new("psql")
            .args([&postgres, "-q", "-c", &format!("CREATE DATABASE {test}")])
            .stderr(Stdio::null())
            .status()
            .expect("PostgreSQL came with its client");
        Some(format!("{}/{test}", postgres.rsplit_once('/').expect("it names a database").0))
    }

    /// What the transport and the database are to be told, for a test of this name: each has a database of its own.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        let url = url(test)?;
        Some([("PG_URL", url.clone()), ("BUS_URL", url)].map(|(key, value)| (key.to_owned(), value)).to_vec())
    }
}
