//! What wakes this process: one blocking read of two streams, on a connection of its own. The broadcasts are kept until
//! they are asked for; the others say for whom there is something.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use microcore_runtime::event::{Envelope, Subscriber};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult};

use super::pending::Pending;

/// How long one read waits.
const READ: Duration = Duration::from_secs(15);
/// How long a connection that is silent is believed in beyond that.
const SILENCE: Duration = Duration::from_secs(5);
/// After an error, so long before the next try.
const AGAIN: Duration = Duration::from_millis(250);
/// The most that one read takes. Where there is as much, some may have been trimmed unread.
const MOST: usize = 512;

/// What is heard.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) client: Client,
    pub(super) pending: Arc<Pending>,
    pub(super) broadcasts: String,
    pub(super) wake: String,
    /// This process, whose own signs are nothing new.
    pub(super) consumer: String,
    pub(super) heard: Arc<Mutex<Vec<(Envelope, String)>>>,
    /// The last broadcast that was read.
    pub(super) last: String,
}

/// Stream, and its entries: the id and the fields.
type Read = Vec<(String, Vec<(String, HashMap<String, String>)>)>;

impl Listener {
    /// Reads until the task is ended.
    pub(super) async fn run(mut self, all: &'static [&'static Subscriber]) {
        loop {
            if let Err(error) = self.read(all).await {
                tracing::debug!(%error, "the connection that waits for events was lost");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn read(&mut self, all: &'static [&'static Subscriber]) -> RedisResult<()> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(SILENCE))
            .set_response_timeout(Some(READ + SILENCE));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut woken = self.newest(&mut connection).await?;
        // Whatever was said while nobody listened.
        self.pending.mark(all);
        loop {
            let mut read = redis::cmd("XREAD");
            read.arg("BLOCK").arg(READ.as_millis().to_string()).arg("COUNT").arg(MOST).arg("STREAMS");
            read.arg(&self.broadcasts).arg(&self.wake).arg(&self.last).arg(&woken);
            let read: Option<Read> = read.query_async(&mut connection).await?;
            for (stream, entries) in read.into_iter().flatten() {
                let Some((last, _)) = entries.last() else { continue };
                if stream == self.broadcasts {
                    self.last.clone_from(last);
                    self.hears(entries.into_iter().map(|(_, fields)| fields));
                } else {
                    woken.clone_from(last);
                    let whose = self.whose(all, &entries);
                    self.pending.mark(&whose);
                }
            }
        }
    }

    async fn newest(&self, connection: &mut MultiplexedConnection) -> RedisResult<String> {
        let mut newest = redis::cmd("XREVRANGE");
        newest.arg(&self.wake).arg("+").arg("-").arg("COUNT").arg(1);
        let newest: Vec<(String, HashMap<String, String>)> = newest.query_async(connection).await?;
        Ok(newest.into_iter().next().map_or_else(|| "0-0".to_owned(), |(id, _)| id))
    }

    /// For whom there is something, as others say.
    fn whose(
        &self,
        all: &'static [&'static Subscriber],
        entries: &[(String, HashMap<String, String>)],
    ) -> Vec<&'static Subscriber> {
        let field = |fields: &HashMap<String, String>, name| fields.get(name).cloned().unwrap_or_default();
        let others = entries.iter().filter(|(_, fields)| field(fields, "by") != self.consumer);
        let whose: Vec<String> = others.map(|(_, fields)| field(fields, "whose")).collect();
        if entries.len() >= MOST || whose.iter().any(|whose| whose == "*") {
            return all.to_vec();
        }
        let is_named = |subscriber: &&&'static Subscriber| {
            let name = super::name_of(subscriber.event, subscriber.name);
            whose.iter().any(|whose| whose.split('\n').any(|whose| whose == name))
        };
        all.iter().filter(is_named).copied().collect()
    }

    fn hears(&self, broadcasts: impl Iterator<Item = HashMap<String, String>>) {
        let readable = broadcasts.filter_map(|mut fields| {
            let payload = fields.remove("payload").unwrap_or_default();
            match serde_json::from_str(&fields.remove("envelope").unwrap_or_default()) {
                Ok(envelope) => Some((envelope, payload)),
                Err(error) => {
                    tracing::error!(%error, "a broadcast can't be read");
                    None
                }
            }
        });
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend(readable);
        self.pending.changed.notify_one();
    }
}
