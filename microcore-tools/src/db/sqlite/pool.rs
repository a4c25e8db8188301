//! The open database: which way a call takes.
//!
//! In: the contract's calls. Out: reads in place or on the blocking pool, writes in the writer's groups, transactions
//! on the writer's connection.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::db::backend::{Pool, Result, Values, Wanted};
use crate::db::gathered::Gathered;
use crate::db::sqlite::connection::{Held, blocking};
use crate::db::sqlite::lease::OpenConnection;
use crate::db::sqlite::place::Place;
use crate::db::sqlite::readers::{InPlace, Readers};
use crate::db::sqlite::settings::SqliteSettings;
use crate::db::sqlite::statement;
use crate::db::sqlite::stop::{self, Interest};
use crate::db::sqlite::way::Way;
use crate::db::sqlite::writer::{Company, Writer};
use crate::db::{Row, Value, lexer, scope};

/// An open SQLite database.
#[derive(Debug)]
pub struct SqlitePool {
    // Fields are dropped in order: the last connection to close is one that may tidy up the log.
    readers: Arc<Readers>,
    writer: Writer,
    place: Place,
    /// The longest time of a transaction.
    longest: Option<Duration>,
    /// The file by its canonical path.
    file: Option<Arc<Path>>,
}

impl SqlitePool {
    /// Opens the writer and a reader per worker thread.
    pub(crate) async fn open(settings: SqliteSettings, place: Place) -> Result<Self> {
        let workers = Handle::current().metrics().num_workers();
        let longest = Some(settings.transaction_timeout).filter(|longest| !longest.is_zero());
        blocking(move || {
            // First, because it makes the file.
            let writer = Writer::open(settings.clone(), place.clone())?;
            let readers = Arc::new(Readers::open(&settings, &place, workers)?);
            let file = std::fs::canonicalize(place.file()).ok().map(Into::into);
            Ok(Self { readers, writer, place, longest, file })
        })
        .await
    }

    /// A read that may take long. `Err` gives the values back: the statement writes.
    async fn read_long<T: Row>(&self, sql: &str, values: Values, wanted: Wanted) -> Result<Result<Vec<T>, Values>> {
        let reader = self.readers.long().await?;
        let (readers, sql) = (Arc::clone(&self.readers), sql.to_owned());
        // Lives until this call has its rows, or is cancelled.
        let interest = Interest::default();
        let lost = interest.lost();
        let read = move || {
            let mut statement = statement::prepare(&reader.sqlite, &sql)?;
            if !statement.readonly() {
                return Ok(Err(values));
            }
            scope::no_nul(&sql)?;
            let since = Instant::now();
            let rows = statement::fetch(&reader, &mut statement, &sql, &values, wanted)?;
            readers.learn(&sql, since.elapsed());
            readers.catch_up();
            Ok(Ok(rows))
        };
        blocking(move || stop::during(&lost, read)).await
    }
}

impl Pool for SqlitePool {
    type Open = OpenConnection;

    fn read_here<G: Gathered>(&self, sql: &str, values: &[Value<'_>], wanted: Wanted) -> Option<Result<G>> {
        match self.readers.in_place(sql, values, wanted) {
            InPlace::Done(result) => Some(result),
            InPlace::Elsewhere | InPlace::Writes => None,
        }
    }

    async fn fetch<T: Row>(&self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        let way = Way::of(sql);
        let mut values = values;
        if way == Way::Read {
            // What begins with SELECT was tried.
            let tried =
                if lexer::selects(sql) { InPlace::Elsewhere } else { self.readers.in_place(sql, &values, wanted) };
            match tried {
                InPlace::Done(result) => return result,
                InPlace::Elsewhere => match self.read_long(sql, values, wanted).await? {
                    Ok(rows) => return Ok(rows),
                    Err(unread) => values = unread,
                },
                InPlace::Writes => {}
            }
        }
        let sql = sql.to_owned();
        let write = move |held: &Held| {
            statement::single(held, &sql, || statement::fetch_written(held, &sql, way, &values, wanted))
        };
        self.writer.run(company(way), write).await.map_err(|error| self.place.blamed(error))
    }

    async fn execute(&self, sql: &str, values: Values) -> Result<u64> {
        let (way, sql) = (Way::of(sql), sql.to_owned());
        let write = move |held: &Held| {
            statement::single(held, &sql, || {
                let mut statement = statement::prepare_write(&held.sqlite, &sql, way)?;
                statement::run(held, &mut statement, &sql, &values)
            })
        };
        self.writer.run(company(way), write).await.map_err(|error| self.place.blamed(error))
    }

    async fn execute_many(&self, sql: &str, rows: Vec<Values>) -> Result<u64> {
        let (way, sql) = (Way::of(sql), sql.to_owned());
        let write = move |held: &Held| {
            let mut statement = statement::prepare_write(&held.sqlite, &sql, way)?;
            rows.iter().map(|values| statement::run(held, &mut statement, &sql, values)).sum()
        };
        self.writer.run(Company::Grouped, write).await.map_err(|error| self.place.blamed(error))
    }

    fn longest_transaction(&self) -> Option<Duration> {
        self.longest
    }

    async fn begin(&self) -> Result<OpenConnection> {
        self.writer.begin().await
    }

    fn file(&self) -> Option<Arc<Path>> {
        self.file.clone()
    }

    async fn check(&self) -> Result<()> {
        let sql = "SELECT 1";
        match self.read_here::<Option<i64>>(sql, &[], Wanted::First) {
            Some(read) => read.map(drop),
            None => self.fetch::<i64>(sql, Values::new(), Wanted::First).await.map(drop),
        }
    }

    async fn close(&self) -> Result<()> {
        let readers = Arc::clone(&self.readers);
        blocking(move || {
            readers.close();
            Ok(())
        })
        .await?;
        // Whoever is writing ends first; nobody new is let in after.
        self.writer.close().await?;
        self.place.leave();
        Ok(())
    }
}

fn company(way: Way) -> Company {
    if way == Way::Bare { Company::Bare } else { Company::Single }
}
