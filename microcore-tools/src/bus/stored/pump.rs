//! What runs for as long as the process does: claiming what is due, and renewing the leases of what runs.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use microcore_runtime::event::{Subscriber, Subscribers};
use tokio::time::sleep;

use super::attempt::{attempt, hear};
use super::{Held, OnQueue, Queue, Stored};
use crate::bus::Link;

/// After an error of the store, so long before the next try.
const AFTER_AN_ERROR: Duration = Duration::from_millis(500);

/// Claims what is due and starts one task per delivery, until the drain begins.
pub(super) async fn claims<A: Subscribers, T: OnQueue>(link: Arc<Link<A, T>>, app: &'static A) {
    let stored = &link.open;
    loop {
        tokio::select! {
            biased;
            () = stored.stopping.cancelled() => return,
            () = stored.queue.stirs() => {}
        }
        let room = stored.room(app);
        let (claimed, asked) = stored.queue.claim(room).await;
        let any = !claimed.is_empty();
        for claimed in claimed {
            stored.begins(&claimed);
            tokio::spawn(attempt(Arc::clone(&link), app, claimed));
        }
        match asked {
            Ok(()) => stored.reached(),
            Err(error) => {
                stored.lost(&error);
                if !any {
                    stored.stopping.run_until_cancelled(sleep(AFTER_AN_ERROR)).await;
                    continue;
                }
            }
        }
        match stored.queue.heard().await {
            Ok(heard) => {
                for (envelope, payload) in heard {
                    hear(&link, app, &envelope, &payload);
                }
            }
            Err(error) => stored.lost(&error),
        }
    }
}

/// Renews the leases of everything that this process holds, until the last is given back.
pub(super) async fn leases<A: Subscribers, T: OnQueue>(link: Arc<Link<A, T>>) {
    let stored = &link.open;
    loop {
        tokio::select! {
            biased;
            () = stored.cut.cancelled() => return,
            () = sleep(stored.queue.lease() / 3) => {}
        }
        let held: Vec<_> = stored.held().iter().map(|held| (A::ALL[held.subscriber], held.claim.clone())).collect();
        if !held.is_empty()
            && let Err(error) = stored.queue.renew(held).await
        {
            stored.lost(&error);
        }
    }
}

impl<Q: Queue> Stored<Q> {
    /// How many deliveries each subscriber may begin now.
    fn room<A: Subscribers>(&self, app: &'static A) -> Vec<(&'static Subscriber, usize)> {
        let mut lanes = self.lanes();
        let room = lanes.iter_mut().filter_map(|lane| {
            if !app.is_running(lane.subscriber.number) {
                if !std::mem::replace(&mut lane.missed, true) {
                    tracing::warn!(
                        subscriber = %lane.subscriber, event = lane.subscriber.event,
                        "its plugin is off: its events stay in the store"
                    );
                }
                return None;
            }
            let room = lane.limit.saturating_sub(lane.running);
            (room > 0).then_some((lane.subscriber, room))
        });
        room.collect()
    }

    fn begins(&self, claimed: &super::Claimed) {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        self.lanes()[claimed.subscriber.number].running += 1;
        self.held().insert(Held::of(claimed));
    }

    /// Said once, until the store is reached again.
    pub(super) fn lost(&self, error: &microcore_runtime::error::Unavailable) {
        if !self.unreachable.swap(true, Ordering::AcqRel) {
            let error: &dyn std::error::Error = error;
            tracing::error!(error, "the store of events can't be reached");
        }
    }

    fn reached(&self) {
        if self.unreachable.swap(false, Ordering::AcqRel) {
            tracing::info!("the store of events is reached again");
        }
    }
}
