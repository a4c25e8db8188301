//! Makes the tables of the outbox and the inbox.

use microcore_runtime::manifest::Manifest;

use crate::db::backend::Result;
use crate::db::outbox::{NAMES, TABLES, wanted};
use crate::db::postgres::migrator::LOCK;
use crate::db::postgres::settings::PostgresSettings;
use crate::db::{DbError, DbErrorKind};

/// Makes those that are missing, where the application has a use for them, as one migrator among others.
pub(crate) async fn make(settings: &PostgresSettings, manifest: &Manifest) -> Result<()> {
    if !wanted(manifest) {
        return Ok(());
    }
    let client = settings.server().connect().await?;
    // To make a table that is there already takes the right to make tables; to look takes none.
    let there = "SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest($1::text[]) AS name";
    let there = client.query_one(there, &[&NAMES.as_slice()]).await.map_err(DbError::of_postgres)?;
    if there.get(0) {
        return Ok(());
    }
    for sql in LOCK.into_iter().chain([TABLES]) {
        client.batch_execute(sql).await.map_err(DbError::of_postgres)?;
    }
    Ok(())
}

/// The same at a boot. A login that may make no tables is no reason not to serve: who publishes in a transaction is told.
pub(crate) async fn make_if_allowed(settings: &PostgresSettings, manifest: &Manifest) -> Result<()> {
    match make(settings, manifest).await {
        Err(error) if error.kind() == DbErrorKind::Syntax => {
            tracing::warn!(%error, "the tables of `tx.publish` and `first_time` can't be made; `migrate` makes them");
            Ok(())
        }
        made => made,
    }
}
