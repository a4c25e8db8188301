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
use crate::db::postgres::session;
use crate::db::postgres::statement::naming;
use crate::db::postgres::value::{is_text, own_type};
use crate::db::returned::Returned;
use crate::db::{DbError, Value, lexer, placeholder};

/// Statements that a connection keeps prepared, whatever their texts: each takes memory on the server.
const CACHED_STATEMENTS: usize = 256;

/// The statements of one connection, by their text.
#[derive(Debug, Default)]
pub(crate) struct Statements {
    by_text: HashMap<String, Vec<Arc<Prepared>>>,
    count: usize,
}

/// A statement for values of some types.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    /// Of each parameter, the type of the values that it was prepared for; `None` where the server alone said the type,
    /// so that any value may try. Nothing at all where that is so of each.
    asked: Option<Box<[Option<Type>]>>,
    /// Whether it leaves something on the connection.
    pub(crate) stays: bool,
    /// What it returns if it writes, once somebody asked.
    returned: OnceLock<Vec<Returned>>,
}

/// A statement, and whether it was prepared before this call.
pub(crate) struct Found {
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) before: bool,
}

impl Prepared {
    fn new(statement: Statement, asked: Option<Box<[Option<Type>]>>, stays: bool) -> Self {
        Self { statement, asked, stays, returned: OnceLock::new() }
    }

    /// What a statement that writes returns, as far as it is known before there is a row.
    pub(crate) async fn returned(&self, client: &Client, sql: &str) -> Result<&[Returned]> {
        if let Some(returned) = self.returned.get() {
            return Ok(returned);
        }
        let returned = returned::of(client, &self.statement, sql).await.map_err(DbError::of_postgres)?;
        Ok(self.returned.get_or_init(|| returned))
    }

    /// NULL is of every type.
    pub(crate) fn takes(&self, values: &Values) -> bool {
        let Some(asked) = &self.asked else { return self.statement.params().len() == values.len() };
        let fits = |value: &Value<'_>, asked: &Option<Type>| match asked {
            Some(asked) => *value == Value::Null || own_type(value) == *asked,
            None => true,
        };
        asked.len() == values.len() && values.iter().zip(asked).all(|(value, asked)| fits(value, asked))
    }
}

impl Statements {
    /// Whether a statement is prepared for these values.
    pub(crate) fn have(&self, sql: &str, values: &Values) -> bool {
        self.by_text.get(sql).is_some_and(|all| all.iter().any(|prepared| prepared.takes(values)))
    }

    /// Prepares a statement, unless it is prepared already. `open`: in a transaction, which must not notice attempts.
    pub(crate) async fn prepare(&mut self, client: &Client, open: bool, sql: &str, values: &Values) -> Result<Found> {
        let found = self.by_text.get(sql).and_then(|all| all.iter().find(|prepared| prepared.takes(values)));
        if let Some(prepared) = found {
            return Ok(Found { prepared: Arc::clone(prepared), before: true });
        }
        placeholder::check(sql, values.len()).map_err(|error| naming(error, sql))?;
        let attempts = Attempts { client, open: open && !values.is_empty(), sql };
        let prepared = attempts.prepare(values).await.map_err(|error| naming(DbError::of_postgres(error), sql))?;
        // An application has fewer statements than this. One that builds SQL at run time starts anew now and then.
        if self.count >= CACHED_STATEMENTS {
            self.forget();
        }
        let prepared = Arc::new(prepared);
        self.count += 1;
        self.by_text.entry(sql.to_owned()).or_default().push(Arc::clone(&prepared));
        Ok(Found { prepared, before: false })
    }

    /// Forgets those of one text.
    pub(crate) fn forget_text(&mut self, sql: &str) {
        self.count -= self.by_text.remove(sql).map_or(0, |all| all.len());
    }

    /// Forgets all of them, here and on the server: a changed schema has made them stale, or they are too many.
    pub(crate) fn forget(&mut self) {
        self.by_text.clear();
        self.count = 0;
    }
}

/// Ways to prepare a statement.
pub(crate) struct Attempts<'a> {
    pub(crate) client: &'a Client,
    /// In a transaction, which an attempt that fails must not end.
    pub(crate) open: bool,
    pub(crate) sql: &'a str,
}

impl Attempts<'_> {
    /// Lets the server say what each parameter is. Where it can't, or takes text because it takes anything, or JSON
    /// because of an operator that JSON and text share (`$1 - $2`), the value says.
    async fn prepare(&self, values: &Values) -> Result<Prepared, Error> {
        let stays = session::stays(self.sql);
        let own: Vec<Type> = values.iter().map(own_type).collect();
        let told = match self.attempt(self.sql, &[]).await {
            Ok(told) => told,
            Err(error) if is_unclear(&error) => match self.told_otherwise(&own).await {
                Some(told) => told,
                None => {
                    // Where both fail, the first error is about the statement as it was written.
                    let statement = self.attempt(self.sql, &own).await.map_err(|_| error)?;
                    let asked = own.into_iter().zip(statement.params());
                    let asked = asked.map(|(own, param)| Some(if own == Type::UNKNOWN { param.clone() } else { own }));
                    let asked = asked.collect();
                    return Ok(Prepared::new(statement, Some(asked), stays));
                }
            },
            Err(error) => return Err(error),
        };
        if !told.params().iter().any(is_guess) {
            return Ok(Prepared::new(told, None, stays));
        }
        let pairs = || told.params().iter().zip(&own);
        let asked = |(told, own): (&Type, &Type)| {
            is_guess(told).then(|| if *own == Type::UNKNOWN { Type::TEXT } else { own.clone() })
        };
        let types: Box<[Option<Type>]> = pairs().map(asked).collect();
        let asks = |(told, own): (&Type, &Type)| {
            is_guess(told) && !matches!(*own, Type::TEXT | Type::UNKNOWN) && (is_text(told) || *own != Type::JSONB)
        };
        if !pairs().any(asks) {
            return Ok(Prepared::new(told, Some(types), stays));
        }
        let wished: Vec<Type> = pairs().map(|pair| if asks(pair) { pair.1.clone() } else { pair.0.clone() }).collect();
        // A column or a function that does want text refuses another type; the value is then written as text.
        let statement = self.attempt(self.sql, &wished).await.unwrap_or(told);
        Ok(Prepared::new(statement, Some(types), stays))
    }

    /// The statement with the types that its parameters have elsewhere in it: to ask whether `$1` is NULL tells no type,
    /// and the server, which reads from left to right, gives up there. `own` are the types of those that are only asked.
    pub(crate) async fn told_otherwise(&self, own: &[Type]) -> Option<Statement> {
        let plain = lexer::without_null_tests(self.sql)?;
        let mut only_asked = vec![true; own.len()];
        for token in lexer::tokens(&plain) {
            if let lexer::Token::Placeholder(number) = token
                && let Some(only_asked) = only_asked.get_mut(number.wrapping_sub(1))
            {
                *only_asked = false;
            }
        }
        let hint = |(own, only_asked): (&Type, &bool)| match (only_asked, own) {
            (false, _) => Type::UNKNOWN,
            (true, &Type::UNKNOWN) => Type::TEXT,
            (true, own) => own.clone(),
        };
        let hints: Vec<Type> = own.iter().zip(&only_asked).map(hint).collect();
        let types = self.attempt(&plain, &hints).await.ok()?.params().to_vec();
        self.attempt(self.sql, &types).await.ok()
    }

    /// An attempt that fails would end the transaction around it.
    async fn attempt(&self, sql: &str, types: &[Type]) -> Result<Statement, Error> {
        if !self.open {
            return self.client.prepare_typed(sql, types).await;
        }
        self.client.batch_execute("SAVEPOINT microcore_prepare").await?;
        let attempted = self.client.prepare_typed(sql, types).await;
        if attempted.is_err() {
            self.client.batch_execute("ROLLBACK TO microcore_prepare").await?;
        }
        self.client.batch_execute("RELEASE microcore_prepare").await?;
        attempted
    }
}

/// What the server may have taken for want of something better.
fn is_guess(told: &Type) -> bool {
    is_text(told) || matches!(*told, Type::JSON | Type::JSONB)
}

/// Whether the values may help: nothing tells a parameter's type, or the server took one for text and stumbled over it.
pub(crate) fn is_unclear(error: &Error) -> bool {
    const UNCLEAR: [SqlState; 5] = [
        SqlState::INDETERMINATE_DATATYPE,
        SqlState::AMBIGUOUS_PARAMETER,
        SqlState::AMBIGUOUS_FUNCTION,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::DATATYPE_MISMATCH,
    ];
    error.code().is_some_and(|code| UNCLEAR.contains(code))
}
