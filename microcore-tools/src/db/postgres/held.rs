//! A connection and what it has prepared: statements by themselves, or right behind the one that begins a transaction.
//!
//! What a caller would not wait for goes to the server at once, in the order in which it is asked for: the driver sends
//! calls in the order in which they are polled first, and reads the answers in the same order.

use std::future::Future;

use futures_util::future;
use futures_util::stream::{FuturesOrdered, StreamExt};
use tokio_postgres::Client;

use crate::db::backend::{Result, Values, Wanted};
use crate::db::postgres::prepared::{Found, Prepared, Statements};
use crate::db::postgres::{stale, statement};
use crate::db::{DbError, Row};
use crate::postgres::Tls;

/// Rows of one call that are under way at once: enough to hide the way to the server, few enough to bound the buffers.
const UNDER_WAY: usize = 64;

/// A connection and what it has prepared.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) client: Client,
    /// A statement is cancelled over a connection of its own.
    pub(crate) tls: Tls,
    pub(crate) statements: Statements,
    /// Whether a statement left something that the next caller must not meet.
    pub(crate) stained: bool,
    /// Whether a transaction is open, or was when nobody could end it.
    pub(crate) open: bool,
}

impl Held {
    pub(crate) async fn find(&mut self, sql: &str, values: &Values) -> Result<Found> {
        let found = self.statements.prepare(&self.client, self.open, sql, values).await?;
        self.stained |= found.prepared.stays;
        Ok(found)
    }

    /// Sends what begins a transaction, unless the statement behind it is prepared: then both go together.
    async fn begin_unless_prepared<'b>(
        &self,
        begin: Option<&'b str>,
        sql: &str,
        values: &Values,
    ) -> Result<Option<&'b str>> {
        match begin {
            Some(sent) if !self.statements.have(sql, values) => {
                self.client.batch_execute(sent).await.map_err(DbError::of_postgres)?;
                Ok(None)
            }
            begin => Ok(begin),
        }
    }

    pub(crate) async fn fetch<T: Row>(
        &mut self,
        begin: Option<&str>,
        sql: &str,
        values: &Values,
        wanted: Wanted,
    ) -> Result<Vec<T>> {
        let begin = self.begin_unless_prepared(begin, sql, values).await?;
        let found = self.find(sql, values).await?;
        let statement = &found.prepared.statement;
        match behind(&self.client, begin, statement::fetch(&self.client, statement, sql, values, wanted)).await {
            // Somebody may have added the columns since it was prepared.
            Err(error) if found.before && statement::misses::<T>(statement, &error) => {
                self.statements.forget_text(sql);
                let prepared = self.find(sql, values).await?.prepared;
                statement::fetch(&self.client, &prepared.statement, sql, values, wanted).await
            }
            Err(error) if found.before && stale::is(&error) => {
                self.prepared_anew(error)?;
                let prepared = self.find(sql, values).await?.prepared;
                statement::fetch(&self.client, &prepared.statement, sql, values, wanted).await
            }
            fetched => fetched,
        }
    }

    pub(crate) async fn execute(&mut self, begin: Option<&str>, sql: &str, values: &Values) -> Result<u64> {
        let begin = self.begin_unless_prepared(begin, sql, values).await?;
        let found = self.find(sql, values).await?;
        let statement = &found.prepared.statement;
        match behind(&self.client, begin, statement::execute(&self.client, statement, sql, values)).await {
            Err(error) if found.before && stale::is(&error) => {
                self.prepared_anew(error)?;
                let prepared = self.find(sql, values).await?.prepared;
                statement::execute(&self.client, &prepared.statement, sql, values).await
            }
            executed => executed,
        }
    }

    /// One statement per list of values, in a transaction: a row that fails ends it, so that rows which were sent behind
    /// it change nothing.
    pub(crate) async fn execute_all(&mut self, begin: Option<&str>, sql: &str, rows: &[Values]) -> Result<u64> {
        let Some((first, mut left)) = rows.split_first() else { return Ok(0) };
        let mut changed = self.execute(begin, sql, first).await?;
        while let Some(next) = left.first() {
            let found = self.find(sql, next).await?;
            // Values of other types may need the statement to be prepared again.
            let alike = left.iter().take_while(|values| found.prepared.takes(values)).count().max(1);
            let (now, later) = left.split_at(alike);
            match self.execute_alike(&found.prepared, sql, now).await {
                Err(error) if found.before && stale::is(&error) => self.prepared_anew(error)?,
                counted => changed += counted?,
            }
            left = later;
        }
        Ok(changed)
    }

    /// The same for rows that one prepared statement takes, many of them under way at once.
    async fn execute_alike(&self, prepared: &Prepared, sql: &str, rows: &[Values]) -> Result<u64> {
        let (mut under_way, mut changed) = (FuturesOrdered::new(), 0);
        for values in rows {
            if under_way.len() == UNDER_WAY
                && let Some(counted) = under_way.next().await
            {
                changed += counted?;
            }
            under_way.push_back(statement::execute(&self.client, &prepared.statement, sql, values));
        }
        while let Some(counted) = under_way.next().await {
            changed += counted?;
        }
        Ok(changed)
    }

    /// Forgets what is stale. By itself, a call that failed has written nothing and may be made again; inside a
    /// transaction everything before it is lost as well, and its caller is told that the next one may succeed.
    fn prepared_anew(&mut self, error: DbError) -> Result<()> {
        self.statements.forget();
        if self.open { Err(stale::busy(error)) } else { Ok(()) }
    }
}

/// A call, sent together with what begins its transaction. Where that fails, its error is the one to tell.
pub(crate) async fn behind<T>(
    client: &Client,
    begin: Option<&str>,
    call: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(begin) = begin else { return call.await };
    let (opened, called) = future::join(client.batch_execute(begin), call).await;
    opened.map_err(DbError::of_postgres).and(called)
}
