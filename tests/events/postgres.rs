//! The outbox, the inbox, and fleets of processes with their data in one PostgreSQL database and their events in one Redis,
//! on servers that this program starts for itself.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

#[path = "../../microcore-tools/tests/db/cluster.rs"]
#[expect(dead_code, reason = "nobody changes the options of the server here")]
mod cluster;
mod crash;
mod idle;
mod late;
mod outbox_idle;
mod redis_server;
mod battery {
    mod outbox;
    pub mod stage;
}

microcore::app! { db: Postgres, bus: RedisStreams, root: "app" }

/// What the battery must know of the servers under test.
mod mount {
    use std::process::{Command, Stdio};

    use crate::cluster::Cluster;
    use crate::redis_server::RedisServer;

    /// What the transport and the database are to be told, for a test of this name: each has a database of its own.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        let (redis, postgres) = (RedisServer::shared()?.url(), Cluster::shared()?.url());
        // It is there already where a test boots twice.
        Command::new("psql")
            .args([&postgres, "-q", "-c", &format!("CREATE DATABASE {test}")])
            .stderr(Stdio::null())
            .status()
            .expect("PostgreSQL came with its client");
        let database = format!("{}/{test}", postgres.rsplit_once('/').expect("it names a database").0);
        let settings = [("REDIS_URL", redis), ("BUS_REDIS_PREFIX", test.to_owned()), ("PG_URL", database)];
        Some(settings.map(|(key, value)| (key.to_owned(), value)).to_vec())
    }
}
