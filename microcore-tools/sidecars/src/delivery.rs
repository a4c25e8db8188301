//! Events on their way to guests that were dropped in: a delivery of the bus for each, with the repetitions that its manifest
//! asks for.
//!
//! In: an event that was published; a delivery that the process before has left; a dead letter that is to be delivered
//! again. Out: the guest's end of it, or a dead letter as any.

use std::sync::{Arc, Weak};
use std::time::Duration;

use microcore::error::{Error, Result};
use microcore_runtime::context;
use microcore_runtime::event::{Deliveries, Visitors, Waiting, wall_clock};
use microcore_runtime::guest::Heard;
use microcore_sidecars_manifest::Heard as On;
use tokio::time::Instant;

use crate::call::Failed;
use crate::generated::{self, call, reply};
use crate::guest::Guest;
use crate::shelf::Shelf;

/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// So many may be on their way at a time, of all guests together.
const MOST: usize = 10_000;

/// Starts the deliveries of an event.
pub(crate) fn begin(shelf: &Arc<Shelf>, heard: &Heard) {
    for guest in shelf.table().guests().values().filter(|guest| guest.hears(heard.event)) {
        let subscriber = subscriber(guest.facts.name(), heard.event);
        start(shelf, Waiting::new(Some(subscriber), heard.envelope.clone(), heard.payload.to_string()));
    }
}

/// `shop.guest.order_paid`, as a guest of the source tree is called.
fn subscriber(guest: &str, event: &str) -> String {
    format!("{guest}.{}", event.replace('.', "_"))
}

/// Those whom the wiring of the application does not know.
#[derive(Debug)]
pub(crate) struct Readers(pub(crate) Weak<Shelf>);

impl Visitors for Readers {
    fn know(&self, event: &str, subscriber: &str) -> bool {
        self.0.upgrade().is_some_and(|shelf| find(&shelf, event, subscriber).is_some())
    }

    fn deliver(&self, waiting: Waiting) {
        let Some(guests) = self.0.upgrade() else { return };
        if waiting.subscriber.is_some() {
            return start(&guests, waiting);
        }
        // For all who hear it when it is due, whoever they are by then.
        let Some(deliveries) = guests.tools().and_then(|tools| tools.deliveries) else { return };
        deliveries.spawn(async move {
            let wait = waiting.envelope.due.unwrap_or_default().saturating_sub(wall_clock());
            if !deliveries.sleep_until(Instant::now() + Duration::from_millis(wait)).await {
                // Where nobody comes, the bus has said that it was not due.
                let _ = deliveries.leave(waiting);
                return;
            }
            guests.loaded().await;
            let Some(event) = guests.event(&waiting.envelope.event) else { return };
            begin(&guests, &Heard { event, envelope: waiting.envelope, payload: waiting.payload.into() });
        });
    }
}

/// The guest that a subscriber is, while it is loaded, and what its manifest says of the event.
fn find(shelf: &Shelf, event: &str, subscriber: &str) -> Option<(Arc<Guest>, On)> {
    let (guest, _) = subscriber.rsplit_once('.')?;
    let guest = Arc::clone(shelf.table().guests().get(guest)?);
    let on = guest.facts.manifest.heard.iter().find(|on| on.event == event && !guest.facts.compiled)?.clone();
    Some((guest, on))
}

/// Starts one.
fn start(shelf: &Arc<Shelf>, waiting: Waiting) {
    let Some(deliveries) = shelf.tools().and_then(|tools| tools.deliveries) else { return };
    let name = waiting.subscriber.clone().unwrap_or_default();
    let Some(place) = shelf.on_their_way().take(MOST) else {
        let full = Error::internal("too many events wait for guests");
        return deliveries.bury(waiting, &name, &full);
    };
    let shelf = Arc::clone(shelf);
    deliveries.spawn(async move {
        shelf.loaded().await;
        deliver(&shelf, deliveries, &name, waiting).await;
        drop(place);
    });
}

async fn deliver(shelf: &Shelf, deliveries: Deliveries, name: &str, waiting: Waiting) {
    let (mut attempts, mut due) = (waiting.attempts, waiting.due());
    loop {
        if attempts > 0 && !deliveries.sleep_until(due).await {
            // The next process goes on with it; without one it has failed.
            if let Some(waiting) = deliveries.leave(waiting.tried(attempts, due)) {
                let stopped = Error::internal("the process stopped before the delivery was repeated");
                deliveries.bury(waiting, name, &stopped);
            }
            return;
        }
        if waiting.envelope.is_expired(wall_clock()) {
            tracing::info!(
                subscriber = name, event = waiting.envelope.event, id = %waiting.envelope.id, attempts,
                "the event's time was over before it was delivered"
            );
            return;
        }
        let found = find(shelf, &waiting.envelope.event, name).zip(shelf.event(&waiting.envelope.event));
        let Some(((guest, on), event)) = found else {
            let nobody = Error::internal(format!("there is no guest that is `{name}`"));
            return deliveries.bury(waiting.tried(attempts, due), name, &nobody);
        };
        attempts += 1;
        let context = waiting.envelope.context(event).delivered_to(guest.facts.name(), attempts);
        let Err(failed) = context::scope(context, once(&guest, &waiting, attempts)).await else { return };
        // What was refused is refused again.
        if attempts > on.retries || matches!(failed, Failed::Refused { .. }) {
            let error = Error::internal(failed.to_string());
            return deliveries.bury(waiting.tried(attempts, Instant::now()), name, &error);
        }
        let wait = on.backoff.saturating_mul(1 << (attempts - 1).min(20)).min(LONGEST);
        tracing::warn!(
            subscriber = name, event, id = %waiting.envelope.id, attempt = attempts,
            "delivery failed, repeated in {wait:?}: {failed}"
        );
        due = Instant::now() + wait;
    }
}

/// One attempt, by the generation that runs now.
async fn once(guest: &Guest, waiting: &Waiting, attempt: u32) -> Result<(), Failed> {
    let event = generated::Event {
        name: waiting.envelope.event.clone(),
        json: waiting.payload.as_bytes().to_vec(),
        id: waiting.envelope.id.to_string(),
        attempt,
    };
    ask(guest, event).await
}

/// One delivery to a guest of the source tree. The bus repeats it where it fails, and keeps what has failed for good.
pub(crate) async fn once_for(shelf: &Shelf, name: &'static str, event: &'static str, json: Vec<u8>) -> Result<()> {
    // What the process before has left may be there before the guest is.
    shelf.loaded().await;
    let guest = shelf.of_the_tree(name)?;
    let context = context::current();
    let id = context.as_ref().map(|context| context.id.to_string()).unwrap_or_default();
    let attempt = context.map_or(1, |context| context.attempt.max(1));
    let told = generated::Event { name: event.to_owned(), json, id, attempt };
    ask(&guest, told).await.map_err(|failed| Error::internal(format!("guest {name}: {failed}")))
}

async fn ask(guest: &Guest, event: generated::Event) -> Result<(), Failed> {
    let read = |outcome| match outcome {
        reply::Outcome::Done(_) => Ok(()),
        _ => Err(Failed::Unfit("it answers an event with what is no end of it".to_owned())),
    };
    guest.ask(call::Work::Event(event), true, read).await
}
