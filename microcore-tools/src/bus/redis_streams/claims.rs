//! Claims on Redis: one script for all subscribers, what it gives, and how a claimed delivery goes on.

use std::time::Duration;

use microcore_runtime::error::Unavailable;
use microcore_runtime::event::{Envelope, Subscriber, millis};

use super::name_of;
use super::store::{ANSWER, RedisQueue};
use crate::bus::stored::queue::Result;
use crate::bus::stored::{Claim, Claimed, Ended, Next};

/// Entry, id, attempt, envelope, payload, and whether its time is over.
type Taken = (String, String, String, String, String, String);
/// How long until more is due, why it failed, the ids of what was lost, what was claimed.
type ClaimedFor = (i64, String, Vec<String>, Vec<Taken>);

impl RedisQueue {
    /// What a script claimed for one subscriber, as far as it can be read.
    async fn read(&self, subscriber: &'static Subscriber, taken: Vec<Taken>) -> Vec<Claimed> {
        let mut claimed = Vec::with_capacity(taken.len());
        for (entry, id, attempt, envelope, payload, over) in taken {
            let claim = Claim { delivery: id, token: format!("{entry} {attempt}") };
            let attempt = attempt.parse().unwrap_or(u32::MAX);
            match serde_json::from_str::<Envelope>(&envelope) {
                Ok(mut envelope) => {
                    // Whether its time is over, the server's clock has said.
                    envelope.expires = (over == "1").then_some(0);
                    claimed.push(Claimed { claim, subscriber, envelope, payload, attempt });
                }
                Err(error) => {
                    let error = format!("the stored envelope can't be read: {error}");
                    tracing::error!(%subscriber, event = subscriber.event, error, "delivery failed for good");
                    let buried = self.ends(subscriber, &claim, Next::Bury { error }).await;
                    // What waits behind it may be due.
                    self.pending.mark(&[subscriber]);
                    if let Err(error) = buried {
                        // It is given back, as what is not known to be held. The others are this process's now.
                        let error: &dyn std::error::Error = &error;
                        tracing::error!(%subscriber, error, "what can't be read was not buried");
                    }
                }
            }
        }
        claimed
    }

    pub(super) async fn claim_for(&self, room: &[(&'static Subscriber, usize)]) -> Result<(Vec<Claimed>, Result<()>)> {
        let of: Vec<_> = room.iter().map(|(of, _)| (of.event.to_owned(), of.name.to_owned())).collect();
        let mut call = self.call_for(&self.scripts.claim, &of);
        call.arg(&self.consumer);
        for (subscriber, room) in room {
            call.arg(subscriber.name).arg(*room);
        }
        let answers: Vec<ClaimedFor> = self.run(&call).await?;
        let (mut claimed, mut asked) = (Vec::new(), Ok(()));
        for ((subscriber, _), (wait, why, lost, taken)) in room.iter().zip(answers) {
            for id in lost {
                tracing::error!(
                    %subscriber, event = subscriber.event, id,
                    "an event that Redis had accepted is gone from it, deleted or evicted; what waits behind it goes on"
                );
            }
            self.pending.note(subscriber, u64::try_from(wait).ok().map(Duration::from_millis));
            claimed.extend(self.read(subscriber, taken).await);
            if !why.is_empty() {
                self.pending.note(subscriber, Some(ANSWER / 10));
                asked = Err(Unavailable::because(format!("claiming for `{subscriber}`: {why}")));
            }
        }
        Ok((claimed, asked))
    }

    pub(super) async fn ends(&self, subscriber: &Subscriber, claim: &Claim, next: Next) -> Result<Ended> {
        let (entry, attempt) = claim.token.split_once(' ').unwrap_or_default();
        let (what, wait, error) = match next {
            Next::Complete | Next::Expire => ("complete", 0, String::new()),
            Next::Retry { wait, error } => ("retry", millis(wait), error),
            Next::Bury { error } => ("bury", 0, error),
            Next::Release => ("release", 0, String::new()),
        };
        let mut call = self.call(&self.scripts.next, subscriber);
        call.key(self.dead_of(subscriber.event, subscriber.name)).key(self.key("dead"));
        call.arg(&self.consumer).arg(name_of(subscriber.event, subscriber.name)).arg(subscriber.name);
        call.arg(entry).arg(&claim.delivery).arg(attempt).arg(what).arg(wait).arg(error);
        Ok(match self.run::<u8>(&call).await? {
            0 => Ended::Now,
            1 => Ended::Before,
            _ => Ended::ByAnother,
        })
    }
}
