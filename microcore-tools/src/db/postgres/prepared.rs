//! The statements that a connection has prepared, and of which types their parameters are.
//!
//! In: SQL, values. Out: a statement whose parameters can take them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Statement};

use crate::db::backend::{Result, Values};
use crate::db::postgres::returned;
use crate::db::postgres::statement::naming;
use crate::db::postgres::value::{is_text, own_type};
use crate::db::returned::Returned;
use crate::db::{DbError, placeholder};

/// Statements that a connection keeps prepared.
const CACHED_STATEMENTS: usize = 256;

/// The statements of one connection, by their text.
#[derive(Debug, Default)]
pub(crate) struct Statements(HashMap<String, Vec<Arc<Prepared>>>);

/// A statement for values of some types.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    /// The values' own types, where they had a say.
    own: Option<Vec<Type>>,
    /// What it returns if it writes, once somebody asked.
    returned: OnceLock<Vec<Returned>>,
}

impl Prepared {
    fn new(statement: Statement, own: Option<Vec<Type>>) -> Self {
        Self { statement, own, returned: OnceLock::new() }
    }

    /// What a statement that writes returns, as far as it is known before there is a row.
    pub(crate) async fn returned(&self, client: &Client, sql: &str) -> Result<&[Returned]> {
        if let Some(returned) = self.returned.get() {
            return Ok(returned);
        }
        let returned = returned::of(client, &self.statement, sql).await.map_err(DbError::of_postgres)?;
        Ok(self.returned.get_or_init(|| returned))
    }

    fn takes(&self, values: &Values) -> bool {
        let Some(own) = &self.own else { return self.statement.params().len() == values.len() };
        own.len() == values.len() && values.iter().zip(own).all(|(value, own)| own_type(value) == *own)
    }
}

impl Statements {
    /// Prepares a statement, unless it is prepared already. `open`: in a transaction, which must not notice attempts.
    pub(crate) async fn prepare(
        &mut self,
        client: &Client,
        open: bool,
        sql: &str,
        values: &Values,
    ) -> Result<Arc<Prepared>> {
        let found = self.0.get(sql).and_then(|all| all.iter().find(|prepared| prepared.takes(values)));
        if let Some(prepared) = found {
            return Ok(Arc::clone(prepared));
        }
        placeholder::check(sql, values.len()).map_err(|error| naming(error, sql))?;
        let attempts = Attempts { client, open: open && !values.is_empty(), sql };
        let prepared = attempts.prepare(values).await.map_err(|error| naming(DbError::of_postgres(error), sql))?;
        // An application has fewer statements than this. One that builds SQL at run time starts anew now and then.
        if self.0.len() >= CACHED_STATEMENTS {
            self.forget();
        }
        let prepared = Arc::new(prepared);
        self.0.entry(sql.to_owned()).or_default().push(Arc::clone(&prepared));
        Ok(prepared)
    }

    /// Forgets what a changed schema has made stale.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

struct Attempts<'a> {
    client: &'a Client,
    open: bool,
    sql: &'a str,
}

impl Attempts<'_> {
    /// Lets the server say what each parameter is. Where it can't, or takes text because it takes anything, the value
    /// says.
    async fn prepare(&self, values: &Values) -> Result<Prepared, Error> {
        let own: Vec<Type> = values.iter().map(own_type).collect();
        let told = match self.attempt(&[]).await {
            Ok(told) => told,
            Err(error) if is_unclear(&error) => {
                // Where both fail, the first error is about the statement as it was written.
                let statement = self.attempt(&own).await.map_err(|_| error)?;
                return Ok(Prepared::new(statement, Some(own)));
            }
            Err(error) => return Err(error),
        };
        if !told.params().iter().any(is_text) {
            return Ok(Prepared::new(told, None));
        }
        let asks = |(told, own): (&Type, &Type)| is_text(told) && !matches!(*own, Type::TEXT | Type::UNKNOWN);
        let pairs = || told.params().iter().zip(&own);
        if !pairs().any(asks) {
            return Ok(Prepared::new(told, Some(own)));
        }
        let types: Vec<Type> = pairs().map(|pair| if asks(pair) { pair.1.clone() } else { pair.0.clone() }).collect();
        // A column or a function that does want text refuses another type; the value is then written as text.
        let statement = self.attempt(&types).await.unwrap_or(told);
        Ok(Prepared::new(statement, Some(own)))
    }

    /// An attempt that fails would end the transaction around it.
    async fn attempt(&self, types: &[Type]) -> Result<Statement, Error> {
        if !self.open {
            return self.client.prepare_typed(self.sql, types).await;
        }
        self.client.batch_execute("SAVEPOINT microcore_prepare").await?;
        let attempted = self.client.prepare_typed(self.sql, types).await;
        if attempted.is_err() {
            self.client.batch_execute("ROLLBACK TO microcore_prepare").await?;
        }
        self.client.batch_execute("RELEASE microcore_prepare").await?;
        attempted
    }
}

/// Whether the values may help: nothing tells a parameter's type, or the server took one for text and stumbled over it.
pub(crate) fn is_unclear(error: &Error) -> bool {
    const UNCLEAR: [SqlState; 4] = [
        SqlState::INDETERMINATE_DATATYPE,
        SqlState::AMBIGUOUS_FUNCTION,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::DATATYPE_MISMATCH,
    ];
    error.code().is_some_and(|code| UNCLEAR.contains(code))
}
