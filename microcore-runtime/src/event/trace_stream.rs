//! The trace as it grows, as server-sent events. In: the ring. Out: a streamed reply.
//!
//! The stream looks at the ring from time to time, so nobody who publishes or handles ever waits for a listener, or
//! knows of one.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use futures_util::stream;
use tokio::time::{Instant, sleep};

use super::{Deliveries, TraceRecord};
use crate::response::Streamed;

/// How often it looks while there is something to see. What the ring forgets in the meantime is left out; the numbers of
/// the records show the gap.
const LOOK: Duration = Duration::from_millis(100);
/// How often where nothing happens: each look wakes a thread.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// So often at least something is written: a client that is gone is noticed by that.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Every record from now on, until `goes_on` says no: one event each, whose `id` is the record's number, whose `event` is
/// how it ended, and whose `data` is the record as JSON.
pub fn trace_stream(deliveries: Deliveries, goes_on: impl Fn() -> bool + Send + 'static) -> Streamed {
    let next = deliveries.trace().next_number();
    // Something at once: whoever listens knows from then on that it is told everything.
    let first = stream::once(async { Ok::<_, Infallible>(": from here on\n\n".to_owned()) });
    let rest = stream::unfold((deliveries, goes_on, next), async |(deliveries, goes_on, mut next)| {
        let quiet_until = Instant::now() + SIGN_OF_LIFE;
        let mut look = LOOK;
        while goes_on() {
            let records = deliveries.trace().records_from(next);
            if let Some(last) = records.last() {
                next = last.number + 1;
                return Some((Ok(records.iter().map(written).collect()), (deliveries, goes_on, next)));
            }
            if Instant::now() >= quiet_until {
                return Some((Ok(": still here\n\n".to_owned()), (deliveries, goes_on, next)));
            }
            sleep(look).await;
            look = (look * 2).min(IDLE_LOOK);
        }
        None
    });
    Streamed::new("text/event-stream", stream::StreamExt::chain(first, rest))
}

fn written(record: &TraceRecord) -> String {
    let ending = serde_json::to_value(record.ending).unwrap_or_default();
    let data = serde_json::to_string(record).unwrap_or_default();
    let mut text = String::new();
    // Writing to memory can't fail.
    let _ = write!(text, "id: {}\nevent: {}\ndata: {data}\n\n", record.number, ending.as_str().unwrap_or_default());
    text
}
