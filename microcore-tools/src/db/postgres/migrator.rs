//! Applies migrations, each once, each in one transaction with its row in the history.

use microcore_runtime::manifest::Migration;
use tokio_postgres::Client;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::{checksum, edited, in_order, name};
use crate::db::postgres::connection::connect;
use crate::db::postgres::settings::PostgresSettings;

/// Another process may be in the middle of a long migration; that is worth waiting for.
const PATIENCE: &str = "SET lock_timeout = '1min'";
/// Migrations may run longer than what a handler asks.
const UNHURRIED: &str = "SET statement_timeout = 0";
/// Of two migrators of one database, the second waits here. The number is the contract's own: "microcor" as bytes.
const LOCK: &str = "SELECT pg_advisory_lock(7883951371467122546)";

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS _microcore_migrations (
    name TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";

/// Applies what is pending and gives the names.
pub(crate) async fn migrate(settings: &PostgresSettings, migrations: &[Migration]) -> Result<Vec<String>> {
    let ordered = in_order(migrations)?;
    if ordered.is_empty() {
        return Ok(Vec::new());
    }
    // The lock belongs to the connection: whatever happens here, it goes with it.
    let client = connect(&settings.config()).await?;
    for sql in [UNHURRIED, PATIENCE, LOCK, "SET lock_timeout = 0", HISTORY] {
        client.batch_execute(sql).await.map_err(DbError::of_postgres)?;
    }
    // An edited file stops everything, before anything else is applied.
    let mut pending = Vec::new();
    for migration in ordered {
        if !is_applied(&client, migration).await? {
            pending.push(migration);
        }
    }
    let mut applied = Vec::new();
    for migration in pending {
        apply(&client, migration).await?;
        applied.push(name(migration));
    }
    Ok(applied)
}

async fn apply(client: &Client, migration: &Migration) -> Result<()> {
    client.batch_execute("BEGIN").await.map_err(DbError::of_postgres)?;
    let ran = async {
        client.batch_execute(migration.sql).await.map_err(|error| {
            let cause = error.as_db_error().map_or_else(|| error.to_string(), |report| report.message().to_owned());
            DbError::migration(format!("migration `{}` failed: {cause}", name(migration))).caused_by(error)
        })?;
        let sql = "INSERT INTO _microcore_migrations (name, checksum) VALUES ($1, $2)";
        client.execute(sql, &[&name(migration), &checksum(migration.sql)]).await.map_err(DbError::of_postgres)?;
        client.batch_execute("COMMIT").await.map_err(DbError::of_postgres)
    };
    let ran = ran.await;
    if ran.is_err() {
        // The connection is closed next, which does the same.
        let _ = client.batch_execute("ROLLBACK").await;
    }
    ran
}

async fn is_applied(client: &Client, migration: &Migration) -> Result<bool> {
    let sql = "SELECT checksum FROM _microcore_migrations WHERE name = $1";
    let recorded = client.query_opt(sql, &[&name(migration)]).await.map_err(DbError::of_postgres)?;
    match recorded.map(|row| row.get::<_, String>(0)) {
        None => Ok(false),
        Some(recorded) if recorded == checksum(migration.sql) => Ok(true),
        Some(_) => Err(edited(migration)),
    }
}
