//! What is recorded and measured, told to a collector: OTLP over HTTP, in protobuf.
//!
//! In: the rings of records, the lines of the log, the meters. Out: posts to a collector. Nothing that answers a request or
//! handles an event knows of it: one task reads the rings four times a second, decides a second later which traces are
//! worth keeping (`tail.rs`), and puts messages into a queue of bounded size (`queue.rs`); another one sends them
//! (`sender.rs`). A collector that is away costs the queue's room and nothing else.

mod collector;
mod endpoint;
mod lines;
mod messages;
mod numbers;
mod queue;
mod sender;
mod settings;
mod spans;
mod tail;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use self::collector::Collector;
use self::messages::Resource;
use self::numbers::Numbers;
use self::queue::Queue;
pub use self::settings::OtlpSettings;
use self::spans::Gathering;
use crate::error::Result;
use crate::manifest::Manifest;
use crate::record;
use crate::system::{Inside, Watched, seen_inside};

/// How often the rings are read: what happens in between must have room in them.
const LOOK: Duration = Duration::from_millis(250);
/// So long at most the last messages may take at the end, of what is left of the stop.
const LAST: Duration = Duration::from_secs(2);

/// The export of one application, while it runs.
#[derive(Debug)]
pub(crate) struct Export {
    /// Nothing more is gathered.
    stop: CancellationToken,
    gathering: JoinHandle<()>,
    sending: JoinHandle<()>,
}

impl Export {
    /// Begins, where an endpoint is set.
    pub(crate) fn begin(settings: &OtlpSettings, manifest: &'static Manifest, inside: Inside) -> Result<Option<Self>> {
        let Some(collector) = Collector::of(settings)? else { return Ok(None) };
        record::sample_one_in(tail::recorded_one_in(settings.ratio()));
        let (stop, queue) = (CancellationToken::new(), Arc::new(Queue::default()));
        let resource = Resource::of(settings, manifest);
        let told = Told { settings: settings.clone(), resource, inside, manifest, queue: Arc::clone(&queue) };
        let gathering = tokio::spawn(told.gather(stop.clone()));
        let sending = tokio::spawn(sender::send(collector, queue));
        Ok(Some(Self { stop, gathering, sending }))
    }

    /// Gathers what is left and sends it, as far as there is time.
    pub(crate) async fn finish(mut self, left: Duration) {
        self.stop.cancel();
        let last = async {
            let _ = (&mut self.gathering).await;
            (&mut self.sending).await
        };
        if timeout(left.min(LAST), last).await.is_err() {
            self.gathering.abort();
            self.sending.abort();
            tracing::warn!("the collector has not taken the last records in time");
        }
        record::sample_one_in(record::ONE_IN);
    }
}

/// What is gathered from, and where it goes.
struct Told {
    settings: OtlpSettings,
    resource: Resource,
    inside: Inside,
    manifest: &'static Manifest,
    queue: Arc<Queue>,
}

impl Told {
    async fn gather(self, stop: CancellationToken) {
        let mut gathering = Gathering::begin(self.settings.ratio());
        let mut numbers = Numbers::begin(self.settings.metrics_every());
        let mut lines = lines::Position::now();
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_last = tokio::select! {
                _ = looks.tick() => false,
                () = stop.cancelled() => true,
            };
            if self.settings.traces() {
                let bus = self.inside.bus().ok().map(Watched::deliveries);
                gathering.look(bus);
                for spans in gathering.ready(is_last) {
                    self.queue.put(self.resource.traces(spans));
                }
                queue::lose(gathering.lost());
            }
            if self.settings.logs() {
                for records in lines.next() {
                    self.queue.put(self.resource.logs(records));
                }
                queue::lose(lines.lost());
            }
            if self.settings.metrics() && (is_last || numbers.is_due()) {
                let seen = seen_inside(&self.inside).await;
                self.queue.put_latest(self.resource.metrics(numbers.told(self.manifest, &seen)));
            }
            if is_last {
                self.queue.close();
                return;
            }
        }
    }
}

/// Spans, lines and sets of numbers that no collector has.
pub(crate) fn lost() -> u64 {
    queue::lost()
}
