//! The outbox and the inbox of a database: events that are committed with the rows that they tell about, and a memory
//! of what was handled, in two tables that are made with the migrations. The transactions of an application run no DDL.
//!
//! States of an event in the outbox: PUBLISHED, and FAILED where it can't be read. One that was handed on is deleted: the
//! transport has it. Whose turn it is to hand on says one row of a third table: who takes the turn changes that row, so two
//! that try at once do so one after the other, on every engine and at every isolation.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use microcore_runtime::context::{Context, Id};
use microcore_runtime::error::Result;
use microcore_runtime::event::{
    DeadLetter, Envelope, Event, Outbox, OutboxListener, Outgoing, Place, PublishOptions, Transactional, Turn, millis,
    wall_clock,
};
use microcore_runtime::jobs::JobListener;
use microcore_runtime::manifest::{Manifest, PluginFacts};
use microcore_runtime::plugin::Identity;

use crate::db::{Backend, Database, DbError, DbErrorKind, Transaction};

/// The tables. `kept` orders events: microseconds since 1970. No two of one process are equal, those of two may be.
pub(crate) const TABLES: &str = "CREATE TABLE IF NOT EXISTS _microcore_outbox (
    kept BIGINT NOT NULL, id TEXT NOT NULL, envelope TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL,
    owner TEXT, lease BIGINT NOT NULL, error TEXT, PRIMARY KEY (kept, id));
CREATE TABLE IF NOT EXISTS _microcore_inbox (
    event TEXT NOT NULL, subscriber TEXT NOT NULL, handled BIGINT NOT NULL, PRIMARY KEY (event, subscriber));
CREATE INDEX IF NOT EXISTS _microcore_inbox_handled ON _microcore_inbox (handled);
CREATE TABLE IF NOT EXISTS _microcore_relay (one BIGINT PRIMARY KEY, owner TEXT, beat BIGINT NOT NULL);
INSERT INTO _microcore_relay (one, beat) VALUES (1, 0) ON CONFLICT (one) DO NOTHING;";

/// What `TABLES` makes.
pub(crate) const NAMES: [&str; 4] =
    ["_microcore_outbox", "_microcore_inbox", "_microcore_inbox_handled", "_microcore_relay"];

/// Whether an application has a use for the tables.
pub(crate) fn wanted(manifest: &Manifest) -> bool {
    // A job may ask for its first time.
    let speaks = |plugin: &PluginFacts| {
        !plugin.publishes.is_empty() || !plugin.subscriptions.is_empty() || !plugin.jobs.is_empty()
    };
    // What happens at a time may be an event.
    manifest.needs_tool("bus") || manifest.keeps_runs() || manifest.plugins.iter().any(speaks)
}

/// An error of one of the tables. Where the SQL is wrong, the table is missing, or closed to this login.
pub(crate) fn unusable(table: &str, error: DbError) -> DbError {
    if error.kind() != DbErrorKind::Syntax {
        return error;
    }
    let message = format!("can't be used, and the command `migrate` makes it: {error}");
    DbError::migration(format!("table `{table}`"), message).caused_by(error)
}

/// The next number of this process.
fn number() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let now = as_i64(wall_clock()).saturating_mul(1000);
    let next = |last: i64| Some(now.max(last + 1));
    LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).map_or(now, |last| now.max(last + 1))
}

fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Whose transactions these are, and who is told what they publish.
#[derive(Debug, Clone, Default)]
pub(crate) struct Publisher {
    plugin: Option<&'static Identity>,
    pub(crate) listener: Arc<OnceLock<Arc<dyn OutboxListener>>>,
    pub(crate) jobs: Arc<OnceLock<Arc<dyn JobListener>>>,
    /// Whether it is one more database, beside the application's own: nobody looks for events there.
    pub(crate) is_beside: bool,
}

impl Publisher {
    /// The same for a plugin.
    pub(crate) fn of(&self, plugin: &'static Identity) -> Self {
        Self { plugin: Some(plugin), ..self.clone() }
    }

    /// Something was kept and is committed.
    pub(crate) fn tell(&self) {
        if let Some(listener) = self.listener.get() {
            listener.kept();
        }
    }
}

impl<B: Backend> Transaction<B> {
    /// Publishes an event as part of this transaction: it is stored with the rows and handed to the bus after the
    /// commit. Rolled back, it was never published.
    ///
    /// Subscribers, inline ones too, are called after the commit.
    ///
    /// ```ignore
    /// self.db.transaction(async |tx| {
    ///     tx.execute("UPDATE orders SET paid = $1 WHERE id = $2", (true, id)).await?;
    ///     tx.publish(OrderPaid { id }).await
    /// }).await?;
    /// ```
    pub fn publish<E: Event>(&mut self, event: E) -> Keeping<'_> {
        self.publish_with(event, PublishOptions::new())
    }

    /// The same with a key, a delay, a ttl or headers, which every transport of the bus keeps. For those that only some
    /// keep there is `bus.publish_in`.
    pub fn publish_with<E: Event>(&mut self, event: E, options: PublishOptions) -> Keeping<'_> {
        // What is published has the cause that runs now, not where it is awaited.
        let extras = options.into_extras();
        let context = Context::event(extras.id.clone().unwrap_or_else(Id::make), E::NAME);
        let emitter = self.publisher.plugin.map(|plugin| plugin.name);
        let envelope = Envelope::new(&context, emitter, Some(&extras), wall_clock());
        Box::pin(async move {
            let payload = serde_json::to_string(&event).map_err(|error| unwritable(E::NAME, &error))?;
            self.store(&envelope, &payload, Arc::new(event)).await
        })
    }

    async fn store(
        &mut self,
        envelope: &Envelope,
        payload: &str,
        event: Arc<dyn Any + Send + Sync>,
    ) -> Result<(), DbError> {
        self.is_of_the_application()?;
        let row = kept(envelope, payload)?;
        self.execute(KEEP, row).await.map_err(|error| unusable("_microcore_outbox", error))?;
        if let Some(listener) = self.publisher.listener.get() {
            listener.kept();
            self.keeps(event);
        }
        Ok(())
    }
}

const KEEP: &str = "INSERT INTO _microcore_outbox (kept, id, envelope, payload, state, lease)
    VALUES ($1, $2, $3, $4, 'PUBLISHED', 0)";

/// The row of an event.
fn kept(envelope: &Envelope, payload: &str) -> Result<(i64, String, String, String), DbError> {
    let written = serde_json::to_string(envelope).map_err(|error| unwritable(&envelope.event, &error))?;
    Ok((number(), envelope.id.to_string(), written, payload.to_owned()))
}

/// Keeps events whose types nobody knows any more; who relays is told by [`Publisher::tell`], behind the commit.
pub(crate) async fn keeping<B: Backend>(tx: &mut Transaction<B>, events: &[(Envelope, String)]) -> Result<(), DbError> {
    let rows: Result<Vec<_>, _> = events.iter().map(|(envelope, payload)| kept(envelope, payload)).collect();
    tx.execute_many(KEEP, rows?).await.map_err(|error| unusable("_microcore_outbox", error))?;
    Ok(())
}

impl<B: Backend> Transaction<B> {
    /// Only there somebody hands on what is kept, and remembers what was handled.
    pub(crate) fn is_of_the_application(&self) -> Result<(), DbError> {
        if !self.publisher.is_beside {
            return Ok(());
        }
        Err(DbError::usage("events and jobs belong to the transactions of `db`, and this is another database"))
    }
}

/// An event on its way into a transaction. Its type asks nothing of the event, so that one that was not declared is one
/// error of the compiler.
pub type Keeping<'t> = Pin<Box<dyn Future<Output = Result<(), DbError>> + Send + 't>>;

fn unwritable(event: &str, error: &serde_json::Error) -> DbError {
    DbError::usage(format!("`{event}` can't be written as JSON: {error}"))
}

impl<B: Backend> Transactional for Transaction<B> {
    async fn keep(&mut self, envelope: &Envelope, payload: &str, event: Arc<dyn Any + Send + Sync>) -> Result<()> {
        Ok(self.store(envelope, payload, event).await?)
    }

    async fn first_time(&mut self, event: &str, subscriber: &str) -> Result<bool> {
        self.is_of_the_application()?;
        let inserted = self
            .execute(
                "INSERT INTO _microcore_inbox (event, subscriber, handled) VALUES ($1, $2, $3)
                 ON CONFLICT (event, subscriber) DO NOTHING",
                (event, subscriber, as_i64(wall_clock())),
            )
            .await
            .map_err(|error| unusable("_microcore_inbox", error))?;
        Ok(inserted > 0)
    }
}

impl<B: Backend> Outbox for Database<B> {
    fn listen(&self, listener: Arc<dyn OutboxListener>) {
        // A second application on one handle would be a bug in the wiring, and the first stays.
        let _ = self.publisher().listener.set(listener);
    }

    async fn exists(&self) -> Result<bool> {
        match self.query::<(i64,)>("SELECT one FROM _microcore_relay LIMIT 1", ()).await {
            Ok(_) => Ok(true),
            // A table that is not there, or is closed to this login.
            Err(error) if error.kind() == DbErrorKind::Syntax => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn claim(&self, limit: u32, owner: &str, silent: Option<&(String, i64)>) -> Result<Turn> {
        // A look first: most of the time there is nothing, and a write would stand in the way of others.
        let waiting = "SELECT kept FROM _microcore_outbox WHERE state <> 'FAILED' LIMIT 1";
        if self.query::<(i64,)>(waiting, ()).await?.is_empty() {
            return Ok(Turn::Nothing);
        }
        let (gone, beat) = silent.map_or(("", 0), |(gone, beat)| (gone.as_str(), *beat));
        let take = "UPDATE _microcore_relay SET owner = $1, beat = beat + 1
            WHERE one = 1 AND (owner IS NULL OR owner = $1 OR (owner = $2 AND beat = $3))";
        if self.execute(take, (owner, gone, beat)).await? == 0 {
            let whose = "SELECT coalesce(owner, ''), beat FROM _microcore_relay WHERE one = 1";
            let whose = self.query_one::<(String, i64)>(whose, ()).await?;
            if whose.is_none() {
                let again = "INSERT INTO _microcore_relay (one, beat) VALUES (1, 0) ON CONFLICT (one) DO NOTHING";
                self.execute(again, ()).await?;
            }
            let (name, beat) = whose.unwrap_or_default();
            return Ok(Turn::Others(name, beat));
        }
        let rows = self
            .query::<(i64, String, String, String)>(
                "SELECT kept, id, envelope, payload FROM _microcore_outbox
                 WHERE state <> 'FAILED' ORDER BY kept, id LIMIT $1",
                (i64::from(limit),),
            )
            .await?;
        let outgoing = rows.into_iter().map(|(number, id, envelope, payload)| Outgoing {
            place: Place { number, id },
            envelope: serde_json::from_str(&envelope).map_err(|error| error.to_string()),
            payload,
        });
        Ok(Turn::Mine(outgoing.collect()))
    }

    async fn renew(&self, owner: &str) -> Result<bool> {
        let renew = "UPDATE _microcore_relay SET beat = beat + 1 WHERE one = 1 AND owner = $1";
        Ok(self.execute(renew, (owner,)).await? > 0)
    }

    async fn pass(&self, owner: &str) -> Result<()> {
        self.execute("UPDATE _microcore_relay SET owner = NULL WHERE one = 1 AND owner = $1", (owner,)).await?;
        Ok(())
    }

    async fn handed_on(&self, places: &[Place]) -> Result<()> {
        let rows = places.iter().map(|place| (place.number, place.id.as_str()));
        self.execute_many("DELETE FROM _microcore_outbox WHERE kept = $1 AND id = $2", rows).await?;
        Ok(())
    }

    async fn set_aside(&self, place: &Place, why: &str) -> Result<()> {
        let sql = "UPDATE _microcore_outbox SET state = 'FAILED', error = $3, owner = NULL WHERE kept = $1 AND id = $2";
        self.execute(sql, (place.number, place.id.as_str(), why)).await?;
        Ok(())
    }

    async fn forget(&self, age: Duration) -> Result<u64> {
        let before = as_i64(wall_clock()).saturating_sub(as_i64(millis(age)));
        // In steps, so that no writer waits for long.
        let sql = "DELETE FROM _microcore_inbox WHERE (event, subscriber) IN (
            SELECT event, subscriber FROM _microcore_inbox WHERE handled < $1 LIMIT 1000)";
        Ok(self.execute(sql, (before,)).await?)
    }
}

impl<B: Backend> Database<B> {
    /// Events that were set aside, as dead letters of nobody: their number is their place in the outbox.
    pub(crate) async fn letters(&self) -> Result<Vec<DeadLetter>, DbError> {
        let sql =
            "SELECT kept, id, envelope, payload, coalesce(error, '') FROM _microcore_outbox WHERE state = 'FAILED'
            ORDER BY kept, id";
        let rows = self.query::<(i64, String, String, String, String)>(sql, ()).await?;
        let letters = rows.into_iter().map(|(kept, id, envelope, payload, error)| {
            let envelope = serde_json::from_str(&envelope).unwrap_or_else(|_| {
                let id = Id::adopt(&id).unwrap_or_else(Id::make);
                Envelope::new(&Context::request(id), None, None, kept.unsigned_abs() / 1000)
            });
            let mut letter = DeadLetter::new(kept.unsigned_abs(), "(outbox)", envelope, payload);
            (letter.error, letter.failed_at) = (error, kept.unsigned_abs() / 1000);
            letter
        });
        Ok(letters.collect())
    }

    /// Hands such an event on again, or deletes it; `false` where there is none of this number.
    pub(crate) async fn settle_letter(&self, number: u64, again: bool) -> Result<bool, DbError> {
        let sql = if again {
            "UPDATE _microcore_outbox SET state = 'PUBLISHED', error = NULL WHERE kept = $1 AND state = 'FAILED'"
        } else {
            "DELETE FROM _microcore_outbox WHERE kept = $1 AND state = 'FAILED'"
        };
        Ok(self.execute(sql, (as_i64(number),)).await? > 0)
    }
}
