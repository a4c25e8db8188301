//! Applies migrations, each once, each in one transaction with its row in the history.

use microcore_runtime::database::{MigrationState, Progress};
use microcore_runtime::manifest::Migration;
use tokio_postgres::Client;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::{APPLIED, Applied, HISTORY, Steps, all_applied, checksum, failed, name, pending, states};
use crate::db::postgres::settings::PostgresSettings;

/// Of two migrators of one database, the second waits for the first; a minute, because a migration may be long. The
/// number is this framework's own. Migrations may run longer than what a handler asks.
pub(crate) const LOCK: [&str; 4] = [
    "SET statement_timeout = 0",
    "SET lock_timeout = '1min'",
    "SELECT pg_advisory_lock(7883951371467122546)",
    "SET lock_timeout = 0",
];

/// Applies what is pending and gives the names.
pub(crate) async fn migrate(
    settings: &PostgresSettings,
    migrations: &[Migration],
    progress: Progress,
) -> Result<Vec<String>> {
    // Nobody is asked, and nothing made, for nothing.
    if pending(migrations, &Applied::new())?.is_empty() {
        return Ok(Vec::new());
    }
    // The lock belongs to the connection: whatever happens here, it goes with it.
    let client = settings.server().connect().await?;
    for sql in LOCK.into_iter().chain([HISTORY]) {
        client.batch_execute(sql).await.map_err(DbError::of_postgres)?;
    }
    let waiting = pending(migrations, &applied(&client).await?)?;
    let steps = Steps { progress, of: waiting.len() };
    let mut names = Vec::new();
    for (index, migration) in waiting.into_iter().enumerate() {
        steps.tell(index, migration, false);
        apply(&client, migration).await?;
        steps.tell(index, migration, true);
        names.push(name(migration));
    }
    Ok(names)
}

/// Every migration with its state.
pub(crate) async fn status(
    settings: &PostgresSettings,
    migrations: &[Migration],
) -> Result<Vec<(String, MigrationState)>> {
    states(migrations, &history(settings).await?)
}

/// Fails where not every migration is applied as its file says. Nobody is asked for nothing.
pub(crate) async fn verify(settings: &PostgresSettings, migrations: &[Migration]) -> Result<()> {
    if migrations.is_empty() { Ok(()) } else { all_applied(migrations, &history(settings).await?) }
}

async fn history(settings: &PostgresSettings) -> Result<Applied> {
    let client = settings.server().connect().await?;
    let begun = client
        .query_one("SELECT to_regclass('_microcore_migrations') IS NOT NULL", &[])
        .await
        .map_err(DbError::of_postgres)?;
    if begun.get(0) { applied(&client).await } else { Ok(Applied::new()) }
}

async fn apply(client: &Client, migration: &Migration) -> Result<()> {
    client.batch_execute("BEGIN").await.map_err(DbError::of_postgres)?;
    let ran = async {
        client.batch_execute(migration.sql).await.map_err(|error| {
            let cause = error.as_db_error().map_or_else(|| error.to_string(), |report| report.message().to_owned());
            failed(migration, &cause, DbError::of_postgres(error))
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

async fn applied(client: &Client) -> Result<Applied> {
    let rows = client.query(APPLIED, &[]).await.map_err(DbError::of_postgres)?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
