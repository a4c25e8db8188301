//! Applies migrations, each once, each in one transaction with its row in the history.

use microcore_runtime::database::{MigrationState, Progress};
use microcore_runtime::manifest::Migration;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::{
    APPLIED, Applied, HISTORY, Steps, all_applied, checksum, failed, is_bare, name, pending, states, text,
};
use crate::db::postgres::settings::PostgresSettings;

/// Of two migrators of one database, the second waits for the first; a minute, because a migration may be long. The
/// number is this framework's own. Migrations may run longer than what a handler asks.
pub(crate) const LOCK: [&str; 4] = [
    "SET statement_timeout = 0",
    "SET lock_timeout = '1min'",
    "SELECT pg_advisory_lock(7883951371467122546)",
    "SET lock_timeout = 0",
];

/// What a file sets for its session is its own, as the first lines of every `pg_dump` do; the next file, and the history,
/// begin anew. The lock stays.
const CLEAN: &str = "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; SET statement_timeout = 0; SET lock_timeout = 0;
    UNLISTEN *; DISCARD TEMP";

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
    for sql in LOCK {
        client.batch_execute(sql).await.map_err(DbError::of_postgres)?;
    }
    let history = History::of(&client).await?;
    client.batch_execute(&history.says(HISTORY)).await.map_err(DbError::of_postgres)?;
    let waiting = pending(migrations, &history.applied(&client).await?)?;
    let steps = Steps { progress, of: waiting.len() };
    let mut names = Vec::new();
    for (index, migration) in waiting.into_iter().enumerate() {
        steps.tell(index, migration, false);
        history.apply(&client, migration).await?;
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
    let history = History::of(&client).await?;
    let begun =
        client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&history.0]).await.map_err(DbError::of_postgres)?;
    if begun.get(0) { history.applied(&client).await } else { Ok(Applied::new()) }
}

/// The name of the table with its schema: a migration may change the path on which names are looked for.
struct History(String);

impl History {
    async fn of(client: &Client) -> Result<Self> {
        let sql = "SELECT quote_ident(current_schema()) || '._microcore_migrations'";
        let row = client.query_one(sql, &[]).await.map_err(DbError::of_postgres)?;
        let name: Option<String> = row.get(0);
        name.map(Self).ok_or_else(|| DbError::usage("there is no schema on the `search_path` of the database's user"))
    }

    fn says(&self, sql: &str) -> String {
        sql.replace("_microcore_migrations", &self.0)
    }

    async fn apply(&self, client: &Client, migration: &Migration) -> Result<()> {
        if is_bare(migration) {
            // Written down after it: where the process is killed between, it runs again the next time.
            script(client, migration).await?;
            client.batch_execute(CLEAN).await.map_err(DbError::of_postgres)?;
            return self.note(client, migration).await;
        }
        client.batch_execute("BEGIN").await.map_err(DbError::of_postgres)?;
        let ran = async {
            script(client, migration).await?;
            client.batch_execute(CLEAN).await.map_err(DbError::of_postgres)?;
            self.note(client, migration).await?;
            client.batch_execute("COMMIT").await.map_err(DbError::of_postgres)
        };
        let ran = ran.await;
        if ran.is_err() {
            // The connection is closed next, which does the same.
            let _ = client.batch_execute("ROLLBACK").await;
        }
        ran
    }

    async fn note(&self, client: &Client, migration: &Migration) -> Result<()> {
        let sql = self.says("INSERT INTO _microcore_migrations (name, checksum) VALUES ($1, $2)");
        let values: [&(dyn ToSql + Sync); 2] = [&name(migration), &checksum(text(migration))];
        client.execute(&sql, &values).await.map(drop).map_err(DbError::of_postgres)
    }

    async fn applied(&self, client: &Client) -> Result<Applied> {
        let rows = client.query(&self.says(APPLIED), &[]).await.map_err(DbError::of_postgres)?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}

async fn script(client: &Client, migration: &Migration) -> Result<()> {
    client.batch_execute(text(migration)).await.map_err(|error| {
        let cause = error.as_db_error().map_or_else(|| error.to_string(), |report| report.message().to_owned());
        failed(migration, &cause, DbError::of_postgres(error))
    })
}
