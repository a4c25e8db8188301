//! Who is alive, on Redis: the signs of life of this process, what one that is gone held, and what stands under this
//! process's name without its knowledge.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use microcore_runtime::event::Subscriber;

use super::name_of;
use super::store::{ANSWER, NAMES, RedisQueue, unavailable};
use crate::bus::stored::Claim;
use crate::bus::stored::queue::Result;

/// A connection of the signs of life alone.
#[derive(Default)]
pub(super) struct Beating(Mutex<Option<redis::Connection>>);

impl std::fmt::Debug for Beating {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Beating")
    }
}

impl RedisQueue {
    /// Event and subscriber of all that ever were.
    pub(super) async fn names(&self) -> Result<Vec<(String, String)>> {
        let mut names = redis::cmd("SMEMBERS");
        names.arg(self.key(NAMES));
        let names: Vec<String> = names.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
        let pair = |name: String| name.split_once(':').map(|(event, of)| (event.to_owned(), of.to_owned()));
        Ok(names.into_iter().filter_map(pair).collect())
    }

    /// Names this application's subscribers, and has everybody watched who consumes for them.
    async fn meet(&self) -> Result<()> {
        let all: Vec<_> = self.all().iter().filter(|subscriber| !subscriber.broadcast).collect();
        if self.met.load(Ordering::Acquire) || all.is_empty() {
            return Ok(());
        }
        let mut names = redis::cmd("SADD");
        names.arg(self.key(NAMES));
        for subscriber in &all {
            names.arg(name_of(subscriber.event, subscriber.name));
        }
        names.query_async::<u64>(&mut self.connection.clone()).await.map_err(unavailable)?;
        let known = self.names().await?;
        let mut call = self.call_for(&self.scripts.meet, &known);
        call.arg(&self.consumer);
        for (_, group) in &known {
            call.arg(group);
        }
        self.run::<u32>(&call).await?;
        self.met.store(true, Ordering::Release);
        Ok(())
    }

    /// Counts on.
    pub(super) fn tell_alive(&self) -> Result<()> {
        let mut beating = self.beating.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut beat = || -> redis::RedisResult<()> {
            let connection = match &mut *beating {
                Some(connection) => connection,
                none => {
                    let connection = self.client.get_connection_with_timeout(ANSWER)?;
                    connection.set_read_timeout(Some(ANSWER))?;
                    connection.set_write_timeout(Some(ANSWER))?;
                    none.insert(connection)
                }
            };
            redis::cmd("HINCRBY").arg(self.key("alive")).arg(&self.consumer).arg(1).query::<i64>(connection).map(drop)
        };
        beat().map_err(|error| {
            *beating = None;
            unavailable(error)
        })
    }

    /// What those held who are gone waits again.
    pub(super) async fn take_over(&self) -> Result<()> {
        self.meet().await?;
        let mut alive = redis::cmd("HGETALL");
        alive.arg(self.key("alive"));
        let alive: Vec<(String, i64)> = alive.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
        let others = alive.into_iter().filter(|(name, _)| *name != self.consumer).collect();
        let gone = self.others.lock().unwrap_or_else(PoisonError::into_inner).gone(others, self.settings.lease);
        if gone.is_empty() {
            return Ok(());
        }
        // Whatever they consumed for, those of other versions of this application included.
        let names = self.names().await?;
        for (name, beat) in gone {
            let mut call = self.call_for(&self.scripts.inherit, &names);
            call.arg(&name).arg(beat);
            for (_, group) in &names {
                call.arg(group);
            }
            let taken: u64 = self.run(&call).await?;
            if taken > 0 {
                tracing::warn!(taken, process = name, "deliveries of a process that is gone are taken over");
            }
        }
        self.pending.mark(self.all());
        Ok(())
    }

    /// What this process does not know of goes back.
    pub(super) async fn give_back(&self, held: Vec<(&'static Subscriber, Claim)>) -> Result<()> {
        let all = self.all();
        let of: Vec<_> = all.iter().map(|of| (of.event.to_owned(), of.name.to_owned())).collect();
        let mut call = self.call_for(&self.scripts.recall, &of);
        call.arg(&self.consumer).arg(all.len());
        for subscriber in all {
            call.arg(subscriber.name);
        }
        for (subscriber, claim) in held {
            let entry = claim.token.split(' ').next().unwrap_or_default();
            let number = all.iter().position(|other| other.number == subscriber.number).unwrap_or_default();
            call.arg(format!("{number} {entry}"));
        }
        if self.run::<u64>(&call).await? > 0 {
            self.pending.mark(all);
        }
        Ok(())
    }

    /// This process goes.
    pub(super) async fn leave(&self) {
        let all = self.all();
        if all.is_empty() {
            return;
        }
        let of: Vec<_> = all.iter().map(|of| (of.event.to_owned(), of.name.to_owned())).collect();
        let mut call = self.call_for(&self.scripts.leave, &of);
        call.arg(&self.consumer);
        for subscriber in all {
            call.arg(subscriber.name);
        }
        // A consumer that stays is found by the others.
        let _ = self.run::<u32>(&call).await;
    }
}
