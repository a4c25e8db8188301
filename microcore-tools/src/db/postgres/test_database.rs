//! A database for one test, on the server of the settings; it goes with its last handle.

use microcore_runtime::context::Id;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::postgres::connection::Server;
use crate::db::postgres::settings::PostgresSettings;

/// A database that is dropped with this.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    server: Server,
    name: String,
}

impl TestDatabase {
    /// Makes an empty database; gives the settings that lead to it.
    pub(crate) async fn make(settings: PostgresSettings) -> Result<(PostgresSettings, Self)> {
        let server = settings.server();
        let name = format!("microcore_test_{}", Id::make()).to_lowercase().replace('-', "_");
        let client = server.connect().await?;
        // Longer than what a handler asks.
        client.batch_execute("SET statement_timeout = 0").await.map_err(DbError::of_postgres)?;
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.map_err(DbError::of_postgres)?;
        let settings = PostgresSettings { database: Some(name.clone()), ..settings };
        Ok((settings, Self { server, name }))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // A thread of its own, because a runtime can't be entered where another one is.
        let dropped = std::thread::spawn(move || -> std::io::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let client = server.connect().await.map_err(std::io::Error::other)?;
                client.batch_execute("SET statement_timeout = 0").await.map_err(std::io::Error::other)?;
                client.batch_execute(&sql).await.map_err(std::io::Error::other)
            })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            tracing::warn!(database = self.name, "the database of a test could not be dropped");
        }
    }
}
