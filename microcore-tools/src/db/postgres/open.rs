//! The contract's transaction on a lent connection.

use std::fmt;

use crate::db::Row;
use crate::db::backend::{Open, Result, Values, Wanted};
use crate::db::postgres::connection::Lent;

/// A connection with an open transaction.
pub struct OpenConnection(Lent);

impl OpenConnection {
    pub(crate) fn new(lent: Lent) -> Self {
        Self(lent)
    }

    pub(crate) async fn execute_all(&mut self, sql: &str, rows: &[Values]) -> Result<u64> {
        self.0.execute_all(sql, rows).await
    }
}

impl Open for OpenConnection {
    async fn fetch<T: Row>(&mut self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        self.0.fetch(sql, &values, wanted).await
    }

    async fn execute(&mut self, sql: &str, values: Values) -> Result<u64> {
        self.0.execute(sql, &values).await
    }

    async fn execute_many(&mut self, sql: &str, rows: Vec<Values>) -> Result<u64> {
        self.0.execute_all(sql, &rows).await
    }

    async fn control(&mut self, sql: String) -> Result<()> {
        self.0.control(&sql).await
    }

    async fn commit(mut self) -> Result<()> {
        self.0.commit().await
    }

    async fn rollback(mut self) -> Result<()> {
        self.0.rollback().await
    }
}

impl fmt::Debug for OpenConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenConnection").finish_non_exhaustive()
    }
}
