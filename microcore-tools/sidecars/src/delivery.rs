//! Events on their way to guests: one task for each guest, with the repetitions that its manifest asks for.

use std::sync::Arc;
use std::time::Duration;

use microcore::error::{Error, Result};
use microcore_runtime::context;
use microcore_runtime::guest::Heard;

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
    let table = shelf.table();
    for guest in table.guests().values().filter(|guest| guest.hears(heard.event)) {
        for on in guest.facts.manifest.heard.iter().filter(|on| on.event == heard.event) {
            let name = guest.facts.name();
            if shelf.deliveries().len() >= MOST {
                tracing::error!(
                    plugin = name,
                    event = heard.event,
                    "too many events wait for guests: this one is lost"
                );
                continue;
            }
            let (shelf, heard, on) = (Arc::clone(shelf), heard.clone(), on.clone());
            let tracker = shelf.deliveries().clone();
            tracker.spawn(async move { deliver(&shelf, name, &heard, on.retries, on.backoff).await });
        }
    }
}

async fn deliver(shelf: &Shelf, name: &'static str, heard: &Heard, retries: u32, backoff: Duration) {
    let mut wait = backoff;
    for attempt in 1..=retries + 1 {
        let context = heard.context.clone().delivered_to(name, attempt);
        let said = context::scope(context, once(shelf, name, heard, attempt)).await;
        let Err(failed) = said else { return };
        let (id, event) = (&heard.context.id, heard.event);
        // What was refused is refused again.
        if attempt > retries || matches!(failed, Failed::Refused { .. }) {
            tracing::error!(plugin = name, event, %id, attempts = attempt, "the delivery failed for good: {failed}");
            return;
        }
        tracing::warn!(plugin = name, event, %id, attempt, "the delivery failed, and is repeated in {wait:?}: {failed}");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shelf.rests() => {
                tracing::error!(plugin = name, event, %id, "the process stops before the delivery is repeated");
                return;
            }
        }
        wait = (wait * 2).min(LONGEST);
    }
}

/// One delivery to a guest of the source tree. The bus repeats it where it fails, and keeps what has failed for good.
pub(crate) async fn once_for(shelf: &Shelf, name: &'static str, event: &'static str, json: Vec<u8>) -> Result<()> {
    let guest = shelf.of_the_tree(name)?;
    let context = context::current();
    let id = context.as_ref().map(|context| context.id.to_string()).unwrap_or_default();
    let attempt = context.map_or(1, |context| context.attempt.max(1));
    let told = generated::Event { name: event.to_owned(), json, id, attempt };
    ask(&guest, told).await.map_err(|failed| Error::internal(format!("guest {name}: {failed}")))
}

/// One attempt, by the generation that runs now.
async fn once(shelf: &Shelf, name: &str, heard: &Heard, attempt: u32) -> Result<(), Failed> {
    // Whoever has been removed meanwhile hears nothing more.
    let Some(guest) = shelf.table().guests().get(name).cloned() else { return Ok(()) };
    let event = generated::Event {
        name: heard.event.to_owned(),
        json: heard.payload.as_bytes().to_vec(),
        id: heard.context.id.to_string(),
        attempt,
    };
    ask(&guest, event).await
}

async fn ask(guest: &Guest, event: generated::Event) -> Result<(), Failed> {
    match guest.ask(call::Work::Event(event), true).await? {
        reply::Outcome::Done(_) => Ok(()),
        _ => {
            let failed = Failed::Broken("it answers an event with what is no end of it".to_owned());
            guest.failed(&failed);
            Err(failed)
        }
    }
}
