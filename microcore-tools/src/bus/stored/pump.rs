//! What runs for as long as the process does: claiming what is due, and the signs of life.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, mpsc};
use std::time::{Duration, Instant};

use microcore_runtime::event::{Subscriber, Subscribers};
use tokio::time::sleep;

use super::attempt::{UnderWay, attempt, hear};
use super::{Claimed, Held, OnQueue, Queue, Stored};
use crate::bus::Link;

/// After an error of the store, so long before the next try.
const AFTER_AN_ERROR: Duration = Duration::from_millis(500);

/// So many looks at what this process may have claimed without knowing follow an error: more than two leases long, for a
/// call that was given up may still be carried out.
pub(super) const DOUBTS: u32 = 7;

/// Claims what is due and starts one task per delivery, until the drain begins.
pub(super) async fn claims<A: Subscribers, T: OnQueue>(link: Arc<Link<A, T>>, app: &'static A) {
    let stored = &link.open;
    let mut looked: Option<Instant> = None;
    loop {
        tokio::select! {
            biased;
            () = stored.stopping.cancelled() => return,
            () = stored.queue.stirs() => {}
        }
        if looked.is_none_or(|looked| looked.elapsed() >= stored.queue.lease() / 3) {
            looked = Some(Instant::now());
            stored.upkeep::<A>().await;
        }
        let room = stored.room(app);
        let (claimed, asked) = stored.queue.claim(room).await;
        let any = !claimed.is_empty();
        for claimed in claimed {
            let under_way = Stored::begins(&link, &claimed);
            tokio::spawn(attempt(Arc::clone(&link), app, claimed, under_way));
        }
        match asked {
            Ok(()) => stored.reached(),
            Err(error) => {
                stored.lost(&error);
                stored.doubts.store(DOUBTS, Ordering::Release);
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

/// Tells that this process is alive while it holds something, until the drain is over. On a thread of its own: handlers
/// that block every worker take no lease from it.
pub(super) fn beats<A: Subscribers, T: OnQueue>(link: &Arc<Link<A, T>>) {
    let (ends, ended) = mpsc::channel();
    *link.open.beating.lock().unwrap_or_else(PoisonError::into_inner) = Some(ends);
    let every = link.open.queue.lease() / 3;
    let beating = {
        let link = Arc::clone(link);
        move || {
            while ended.recv_timeout(every) == Err(mpsc::RecvTimeoutError::Timeout) {
                if !link.open.held().is_empty()
                    && let Err(error) = link.open.queue.beat()
                {
                    link.open.lost(&error);
                }
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("microcore-beats".to_owned()).spawn(beating) {
        tracing::error!(%error, "leases are not renewed: there is no thread for it");
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
            if std::mem::take(&mut lane.missed) {
                // It came up; what waits for it is due.
                self.queue.stir(&[lane.subscriber]);
            }
            let room = lane.limit.saturating_sub(lane.running);
            (room > 0).then_some((lane.subscriber, room))
        });
        room.collect()
    }

    /// Counts a delivery for as long as what this gives is there.
    fn begins<A, T: OnQueue<Queue = Q>>(link: &Arc<Link<A, T>>, claimed: &Claimed) -> UnderWay<A, T> {
        let stored = &link.open;
        stored.in_flight.fetch_add(1, Ordering::AcqRel);
        stored.lanes()[claimed.subscriber.number].running += 1;
        stored.held().insert(Held::of(claimed));
        UnderWay { link: Arc::clone(link), held: Held::of(claimed), subscriber: claimed.subscriber, runs: true }
    }

    /// What is seen to three times in a lease: what dead processes held, and what this one has without knowing.
    async fn upkeep<A: Subscribers>(&self) {
        if self.doubts.load(Ordering::Acquire) > 0 {
            let held = self.held().iter().map(|held| (A::ALL[held.subscriber], held.claim.clone())).collect();
            match self.queue.recall(held).await {
                Ok(()) => {
                    // An error that comes meanwhile begins anew.
                    let one_less = |left: u32| left.checked_sub(1);
                    let _ = self.doubts.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less);
                }
                Err(error) => self.lost(&error),
            }
        }
        if let Err(error) = self.queue.inherit().await {
            self.lost(&error);
        }
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
