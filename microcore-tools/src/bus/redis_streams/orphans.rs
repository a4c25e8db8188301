//! What Redis keeps for subscribers that the application does not have: counted, handed over, deleted.

use microcore_runtime::event::{Orphan, Subscriber};

use super::name_of;
use super::store::{NAMES, RedisQueue};
use crate::bus::stored::queue::Result;

impl RedisQueue {
    /// All of it.
    pub(super) async fn kept_for_nobody(&self, known: &[&'static Subscriber]) -> Result<Vec<Orphan>> {
        let mut orphans = Vec::new();
        for (event, subscriber) in self.names().await? {
            let orphan = Orphan { event, subscriber, waiting: 0, dead: 0 };
            if known.iter().any(|known| orphan.is_of(known)) {
                continue;
            }
            let mut call = self.begin(&self.scripts.status);
            self.keys(&mut call, &orphan.event, &orphan.subscriber);
            call.key(self.dead_of(&orphan.event, &orphan.subscriber)).arg(&orphan.subscriber);
            let (waiting, _, _, dead): (u64, u64, u64, u64) = self.run(&call).await?;
            if waiting + dead > 0 {
                orphans.push(Orphan { waiting, dead, ..orphan });
            }
        }
        orphans.sort_by(|a, b| (&a.event, &a.subscriber).cmp(&(&b.event, &b.subscriber)));
        Ok(orphans)
    }

    /// To a subscriber that is there.
    pub(super) async fn hand_over(&self, orphan: &Orphan, by: &'static Subscriber) -> Result<u64> {
        let mut call = self.begin(&self.scripts.adopt);
        self.keys(&mut call, &orphan.event, &orphan.subscriber);
        self.keys(&mut call, by.event, by.name);
        call.key(self.dead_of(&orphan.event, &orphan.subscriber)).key(self.dead_of(by.event, by.name));
        call.key(self.key(NAMES)).arg(&orphan.subscriber).arg(name_of(&orphan.event, &orphan.subscriber));
        self.run(&call).await
    }

    /// Away with it.
    pub(super) async fn delete(&self, orphan: &Orphan) -> Result<u64> {
        let mut call = self.begin(&self.scripts.drop);
        self.keys(&mut call, &orphan.event, &orphan.subscriber);
        call.key(self.dead_of(&orphan.event, &orphan.subscriber)).key(self.key(NAMES));
        call.arg(name_of(&orphan.event, &orphan.subscriber));
        self.run(&call).await
    }
}
