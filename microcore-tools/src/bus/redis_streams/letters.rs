//! Dead letters on Redis: listed, found, taken out.

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber};

use super::name_of;
use super::store::{RedisQueue, unavailable};
use crate::bus::stored::queue::Result;

/// Number, envelope, payload, line, error, attempts, time.
type Letter = (u64, String, String, String, String, u32, u64);

impl RedisQueue {
    /// Up to `limit`, the oldest first.
    pub(super) async fn letters(&self, of: &[&'static Subscriber], limit: usize) -> Result<Vec<DeadLetter>> {
        let mut letters = Vec::new();
        for subscriber in of {
            let last = i64::try_from(limit).unwrap_or(i64::MAX).saturating_sub(1);
            let mut range = redis::cmd("ZRANGE");
            range.arg(self.dead_of(subscriber.event, subscriber.name)).arg(0).arg(last);
            let found: Vec<String> = range.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
            letters.extend(found.iter().filter_map(|text| letter(subscriber, text)));
        }
        letters.sort_by_key(|letter| letter.id);
        letters.truncate(limit);
        Ok(letters)
    }

    /// The one of this number.
    pub(super) async fn letter_of(&self, of: &[&'static Subscriber], dead: u64) -> Result<Option<DeadLetter>> {
        for subscriber in of {
            let mut range = redis::cmd("ZRANGEBYSCORE");
            range.arg(self.dead_of(subscriber.event, subscriber.name)).arg(dead).arg(dead);
            let found: Vec<String> = range.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
            if let Some(letter) = found.iter().find_map(|text| letter(subscriber, text)) {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    /// A dead letter of this number, of whichever of these subscribers.
    pub(super) async fn out(&self, of: &[&'static Subscriber], dead: u64, again: bool) -> Result<bool> {
        for subscriber in of {
            let mut call = self.call(&self.scripts.replay, subscriber);
            call.key(self.dead_of(subscriber.event, subscriber.name));
            call.arg(dead).arg(if again { Id::make().to_string() } else { String::new() });
            call.arg(name_of(subscriber.event, subscriber.name));
            if self.run(&call).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A dead letter as the script wrote it. One whose envelope can't be read is shown as far as the rest tells.
fn letter(subscriber: &Subscriber, text: &str) -> Option<DeadLetter> {
    let (id, envelope, payload, _, error, attempts, failed_at): Letter = serde_json::from_str(text).ok()?;
    let envelope = serde_json::from_str(&envelope).unwrap_or_else(|_| {
        let id = Id::adopt(&format!("unreadable-{id}")).expect("letters and digits");
        let mut envelope = Envelope::new(&Context::request(id), None, None, 0);
        subscriber.event.clone_into(&mut envelope.event);
        envelope
    });
    let mut letter = DeadLetter::new(id, subscriber.name, envelope, payload);
    (letter.error, letter.attempts, letter.failed_at) = (error, attempts, failed_at);
    Some(letter)
}
