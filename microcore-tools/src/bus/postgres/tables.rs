//! The tables of the store: made where they are missing.

use microcore_runtime::error::{Error, Result};
use tokio_postgres::Client;

use super::session::{Failure, Server};

/// Everything that the schema makes and a store needs.
const NAMES: [&str; 5] = [
    "_microcore_delivery",
    "_microcore_broadcast",
    "_microcore_bus_process",
    "_microcore_bus_taken",
    "_microcore_bus_clock",
];

/// Makes them, as one of several processes that begin at once.
pub(super) async fn make(server: &Server) -> Result<()> {
    let client = server.connect().await.map_err(microcore_runtime::error::Unavailable::from)?;
    if are_there(&client).await? {
        // To make a table that is there already takes the right to make tables; to look takes none.
        return Ok(());
    }
    let sql = concat!("BEGIN; SELECT pg_advisory_xact_lock(7814273605197402);", include_str!("schema.sql"), "COMMIT;");
    client.batch_execute(sql).await.map_err(|error| {
        let why = Failure::of(&error);
        Error::internal(format!("the tables of the store of events can't be made: {why}"))
    })
}

async fn are_there(client: &Client) -> Result<bool> {
    let sql = "SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest($1::text[]) AS name";
    let names = NAMES.map(str::to_owned).to_vec();
    let row = client.query_typed(sql, &[(&names, tokio_postgres::types::Type::TEXT_ARRAY)]).await;
    let rows = row.map_err(|error| microcore_runtime::error::Unavailable::from(Failure::of(&error)))?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}
