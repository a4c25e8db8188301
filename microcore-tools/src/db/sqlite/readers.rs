//! Reads: on the thread that calls, or, where they turn out long, on the blocking pool.
//!
//! In: a statement that only reads. Out: rows. There is a seat per worker thread, each with a connection of its own;
//! a thread takes its own seat by `try_lock`, so that it never waits. Whoever finds no seat, and whoever is
//! interrupted, reads on the blocking pool; a read has no side effects, so it can be begun again.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{Object, Pool as Deadpool, PoolError, QueueMode};
use rusqlite::StatementStatus;

use crate::db::backend::{Result, Wanted};
use crate::db::gathered::Gathered;
use crate::db::sqlite::budget::{self, Budget, TIME};
use crate::db::sqlite::connection::{self, Held, LongReaders, Role};
use crate::db::sqlite::known::{Advice, Short, Statements, is_timed};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;
use crate::db::sqlite::statement;
use crate::db::{DbError, DbErrorKind, Value, scope};

/// How a read ended that was tried in place.
pub(crate) enum InPlace<T> {
    /// Here are its rows, or its error.
    Done(Result<T>),
    /// It can't be done here: too long, no seat, or somebody's lock.
    Elsewhere,
    /// It writes.
    Writes,
}

/// The connections that only read.
pub(crate) struct Readers {
    seats: Box<[Mutex<Option<Seat>>]>,
    /// For long reads: more than workers may be under way, and none of them holds one.
    long: Deadpool<LongReaders>,
    /// What those were done with in no time.
    short: Short,
}

struct Seat {
    held: Held,
    budget: Budget,
    /// What turned out long here, or may.
    known: Statements,
    /// The statement during which the schema may have been read and was not read to its end.
    unread: Option<String>,
}

impl Readers {
    /// Opens the seats; connections for long reads open when they are needed. Blocking.
    pub(crate) fn open(settings: &SqliteSettings, place: &Place, seats: usize) -> Result<Self> {
        let seats = (0..seats.max(1)).map(|_| Seat::open(settings, place).map(|seat| Mutex::new(Some(seat))));
        let long = Deadpool::builder(LongReaders { settings: settings.clone(), place: place.clone() })
            .max_size(settings.readers)
            .wait_timeout(Some(settings.wait))
            // The reader used last has the warmest cache.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::usage(format!("the pool can't be built: {error}")))?;
        Ok(Self { seats: seats.collect::<Result<_>>()?, long, short: Short::default() })
    }

    /// Reads on this thread, for as long as the budget lasts.
    pub(crate) fn in_place<G: Gathered>(&self, sql: &str, values: &[Value<'_>], wanted: Wanted) -> InPlace<G> {
        let Some(mut seat) = self.seat() else { return InPlace::Elsewhere };
        match seat.as_mut() {
            Some(seat) => seat.fetch(sql, values, wanted, &self.short),
            None => InPlace::Elsewhere,
        }
    }

    /// Lets the seats whose statements were interrupted read what they could not: after another process changed the
    /// schema, SQLite reads the whole of it while it prepares the next statement, and a budget that cuts it short would
    /// do so each time. Blocking, and beside the calls: a seat that is in use is left for the next time.
    pub(crate) fn catch_up(&self) {
        for seat in &self.seats {
            if let Ok(mut seat) = seat.try_lock()
                && let Some(seat) = seat.as_mut()
            {
                seat.catch_up();
            }
        }
    }

    /// A read took so long on a connection for long ones.
    pub(crate) fn learn(&self, sql: &str, took: Duration) {
        self.short.learn(sql, took);
    }

    /// A connection for a long read.
    pub(crate) async fn long(&self) -> Result<Object<LongReaders>> {
        self.long.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => {
                DbError::unavailable("no reader connection was free in time", "the pool is exhausted")
            }
            other => DbError::unavailable("no reader connection can be had", other),
        })
    }

    /// Closes every connection. Blocking, for as long as a read in place may take.
    pub(crate) fn close(&self) {
        self.long.close();
        for seat in &self.seats {
            seat.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }

    /// This thread's seat, else one that is free.
    fn seat(&self) -> Option<MutexGuard<'_, Option<Seat>>> {
        let own = thread_number() % self.seats.len();
        let (before, from) = self.seats.split_at(own);
        from.iter().chain(before).find_map(|seat| match seat.try_lock() {
            Ok(seat) => Some(seat),
            // A row's own code panicked; the statement was reset on the way out.
            Err(TryLockError::Poisoned(seat)) => Some(seat.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        })
    }
}

impl Seat {
    fn open(settings: &SqliteSettings, place: &Place) -> Result<Self> {
        // Waiting for a lock would hold the worker; the blocking pool may wait.
        let mut sqlite = connection::open(Role::Reader, settings, place, Duration::ZERO)?;
        let budget = Budget::watch(&mut sqlite).map_err(DbError::of_sqlite)?;
        Ok(Self { held: Held::new(sqlite, place.clone()), budget, known: Statements::default(), unread: None })
    }

    fn catch_up(&mut self) {
        let Some(sql) = self.unread.take() else { return };
        self.budget.lift();
        // The first names a table, so that the schema is read; where the second fails, its caller is told.
        let _ = self.held.sqlite.prepare("SELECT 1 FROM sqlite_schema").map(drop);
        let _ = statement::prepare(&self.held.sqlite, &sql).map(drop);
    }

    fn fetch<G: Gathered>(&mut self, sql: &str, values: &[Value<'_>], wanted: Wanted, short: &Short) -> InPlace<G> {
        let Self { held: Held { sqlite, shapes, .. }, budget, known, unread } = self;
        let shapes = shapes.get_mut();
        let shape = shapes.find(sql);
        let is_short = shape.as_ref().is_some_and(|shape| shape.short);
        let mut advice = if is_short { Advice::InPlace } else { known.advice(sql, short) };
        if advice == Advice::Elsewhere {
            return InPlace::Elsewhere;
        }
        budget.renew();
        let mut statement = match statement::prepare(sqlite, sql) {
            Ok(statement) if statement.readonly() => statement,
            Ok(_) => return InPlace::Writes,
            Err(error) if budget::is_spent(&error) => {
                *unread = Some(sql.to_owned());
                return InPlace::Elsewhere;
            }
            Err(error) => return refused(error),
        };
        let runs = statement.get_status(StatementStatus::Run);
        // Prepared just now, so that what is asked once of each text costs the next call nothing.
        if runs == 0
            && let Err(error) = scope::no_nul(sql)
        {
            return InPlace::Done(Err(error));
        }
        if runs == 0 && advice == Advice::InPlace {
            // To explain takes about as long as to prepare, which is done.
            budget.lift();
            advice = known.foresee(sqlite, sql, short);
            if advice == Advice::Elsewhere {
                return InPlace::Elsewhere;
            }
            budget.renew();
        }
        let shape = match shape {
            Some(shape) if runs > 0 => shape,
            _ => shapes.of(sql, runs > 0),
        };
        let since = (advice == Advice::Timed || is_timed(runs)).then(Instant::now);
        match statement::fetch_known(shape, &mut statement, sql, values, wanted) {
            Ok(rows) => {
                drop(statement);
                let took = since.map(|since| since.elapsed());
                if took.is_some_and(|took| took > TIME) {
                    known.held(sql, short);
                    shape.short = false;
                } else if advice == Advice::Timed {
                    known.was_short(sql);
                } else if !is_short && advice == Advice::InPlace {
                    shape.short = true;
                }
                InPlace::Done(Ok(rows))
            }
            Err(error) if budget::is_spent(&error) => {
                drop(statement);
                known.interrupted(sql);
                shape.short = false;
                *unread = Some(sql.to_owned());
                InPlace::Elsewhere
            }
            Err(error) => refused(error),
        }
    }
}

/// Somebody's lock is worth waiting for, elsewhere.
fn refused<T>(error: DbError) -> InPlace<T> {
    if error.kind() == DbErrorKind::Busy { InPlace::Elsewhere } else { InPlace::Done(Err(error)) }
}

/// Threads are numbered in the order in which they first read.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static NUMBER: Cell<Option<usize>> = const { Cell::new(None) });
    NUMBER.with(|number| {
        number.get().unwrap_or_else(|| {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            number.set(Some(next));
            next
        })
    })
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("seats", &self.seats.len()).finish_non_exhaustive()
    }
}
