//! The tables that the migrations lead to.

use microcore_runtime::manifest::{Migration, TableFacts};

use crate::db::backend::Result;
use crate::db::migration::in_order;

/// There is no PostgreSQL inside the application that could run them, so only their order is checked.
pub(crate) fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
    in_order(migrations)?;
    Ok(Vec::new())
}
