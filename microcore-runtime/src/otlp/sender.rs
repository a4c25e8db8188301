//! Sends what waits, one after the other. In: the queue. Out: what is lost is counted, and said once when it begins and
//! once when it ends.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use tokio::time::Instant;

use super::collector::{Collector, Said};
use super::messages::{Message, Signal};
use super::queue::{Queue, lose};
use crate::event::Retry;

/// From a second on, twice as long each time, with a share of chance.
const PAUSES: Retry = Retry::new(u32::MAX, 1_000);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Until the queue is closed and empty.
pub(super) async fn send(mut collector: Collector, queue: std::sync::Arc<Queue>) {
    let mut trouble: Option<(Instant, u32)> = None;
    while let Some(message) = queue.next().await {
        match collector.post(&message).await {
            Said::Taken(answer) => {
                if let Some((since, _)) = trouble.take() {
                    tracing::info!("the collector takes records again after {:?}", since.elapsed());
                }
                let (refused, why) = refused(&message, &answer);
                if refused > 0 {
                    lose(refused);
                    tracing::warn!(refused, why, "the collector has not taken all records of a message");
                }
            }
            Said::Refused(why) => {
                lose(message.records);
                tracing::warn!(why, records = message.records, "the collector refuses a message");
            }
            Said::Later(wait, why) => {
                if queue.is_closed() {
                    // Whatever is left has no later.
                    lose(message.records);
                    continue;
                }
                let (since, tries) = trouble.unwrap_or_else(|| {
                    tracing::warn!(why, "the collector takes nothing; records wait as long as there is room");
                    (Instant::now(), 1)
                });
                queue.put_back(message);
                trouble = Some((since, tries.saturating_add(1)));
                let pause = wait.or_else(|| PAUSES.jittered_after(tries)).unwrap_or(LONGEST_PAUSE);
                queue.pause(pause.min(LONGEST_PAUSE)).await;
            }
        }
    }
}

/// How many of a message were not taken, although it was, and why.
fn refused(message: &Message, answer: &[u8]) -> (u64, String) {
    let (refused, why) = match message.signal {
        Signal::Traces => ExportTraceServiceResponse::decode(answer)
            .ok()
            .and_then(|answer| answer.partial_success)
            .map(|partial| (partial.rejected_spans, partial.error_message)),
        Signal::Logs => ExportLogsServiceResponse::decode(answer)
            .ok()
            .and_then(|answer| answer.partial_success)
            .map(|partial| (partial.rejected_log_records, partial.error_message)),
        // They are told again as a whole.
        Signal::Metrics => None,
    }
    .unwrap_or_default();
    (u64::try_from(refused).unwrap_or_default(), why)
}
