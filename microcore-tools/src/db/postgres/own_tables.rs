//! Makes the tables that are not the application's: those of the outbox and the inbox, and those of schedules and their
//! runs.

use std::fmt::Write as _;

use microcore_runtime::manifest::Manifest;
use tokio_postgres::Client;

use crate::db::backend::{Backend as _, Result};
use crate::db::own::{self, OwnTables};
use crate::db::postgres::Postgres;
use crate::db::postgres::migrator::LOCK;
use crate::db::postgres::settings::PostgresSettings;
use crate::db::{DbError, DbErrorKind};

/// Makes those that are missing, where the application has a use for them, as one migrator among others; those of an older
/// build get what they lack.
pub(crate) async fn make(settings: &PostgresSettings, manifest: &Manifest) -> Result<()> {
    let wanted = own::wanted(manifest, Postgres::NUMBERED);
    if wanted.is_empty() {
        return Ok(());
    }
    let client = settings.server().connect().await?;
    let mut missing = Vec::new();
    for tables in wanted {
        // To make a table that is there already takes the right to make tables; to look takes none.
        if !are_there(&client, &tables).await? {
            missing.push(making(&tables));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    for sql in LOCK.into_iter().chain(missing.iter().map(String::as_str)) {
        client.batch_execute(sql).await.map_err(DbError::of_postgres)?;
    }
    Ok(())
}

async fn are_there(client: &Client, wanted: &OwnTables) -> Result<bool> {
    let there = "SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest($1::text[]) AS name";
    let there = client.query_one(there, &[&wanted.names]).await.map_err(DbError::of_postgres)?;
    if !there.get::<_, bool>(0) || wanted.added.is_empty() {
        return Ok(there.get(0));
    }
    let (tables, columns): (Vec<&str>, Vec<&str>) = wanted.added.iter().map(|added| (added.0, added.1)).unzip();
    let there = "SELECT bool_and(EXISTS (SELECT 1 FROM pg_attribute
            WHERE attrelid = to_regclass(name) AND attname = part AND NOT attisdropped))
        FROM unnest($1::text[], $2::text[]) AS added (name, part)";
    let there = client.query_one(there, &[&tables, &columns]).await.map_err(DbError::of_postgres)?;
    Ok(there.get(0))
}

fn making(wanted: &OwnTables) -> String {
    let mut sql = wanted.tables.clone();
    for own::Added(table, column, is) in wanted.added {
        let _ = write!(sql, "\nALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {is};");
    }
    sql.push_str(wanted.indexes);
    sql
}

/// The same at a boot. A login that may make no tables is no reason not to serve: who publishes in a transaction is told.
pub(crate) async fn make_if_allowed(settings: &PostgresSettings, manifest: &Manifest) -> Result<()> {
    match make(settings, manifest).await {
        Err(error) if error.kind() == DbErrorKind::Syntax => {
            tracing::warn!(%error, "the framework's own tables, of `tx.publish`, `first_time` and schedules, can't be made; `migrate` makes them");
            Ok(())
        }
        made => made,
    }
}
