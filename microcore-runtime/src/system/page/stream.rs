//! `/system/api/stream?topics=…`: what happens, as it happens, in one stream of server-sent events.
//!
//! The topics: `deliveries`, the records of the trace; `requests`, those that are recorded; `logs`, lines; `errors`, the
//! groups that have changed; `meters`, the requests of each second; `queues`, how the subscribers stand, where that changed;
//! `status`, the process, every two seconds. Each event is called as its topic is. The first is `hello`, which says which process
//! this is; `lost` says how many records nobody will see, because the ring had forgotten them.
//!
//! `id:` is the process and the position in each topic that has one, for `last-event-id` or `from`: a stream that is
//! opened again goes on there. Nobody who publishes or handles waits for a viewer, or knows of one.

use std::convert::Infallible;
use std::fmt::Write as _;

use futures_util::stream;
use serde::Serialize;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Duration, Instant, sleep};

use super::meters::Pulse;
use super::status::{Status, process};
use super::{Asking, Page};
use crate::error::{Error, Result};
use crate::event::{Deliveries, wall_clock};
use crate::record::{groups, lines_after, newest_line, requests_from};
use crate::request::{Body, Inputs};
use crate::response::{Response, Streamed, reply};
use crate::system::Shown;

pub(super) const PAGE: Page = Page::shows("/system/api/stream", |asking| Box::pin(open(asking)));

/// How often it looks: what happens in between comes at once.
const LOOK: Duration = Duration::from_millis(250);
/// How often where nothing happened for a while: each look wakes a thread.
const IDLE_LOOK: Duration = Duration::from_millis(750);
const METERS_EVERY: Duration = Duration::from_secs(1);
const QUEUES_EVERY: Duration = Duration::from_secs(1);
const STATUS_EVERY: Duration = Duration::from_secs(2);
/// So often at least something is written: a client that is gone is noticed by that.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// So many of the latest records come first where nobody says where to go on.
const LATEST: u64 = 200;

/// The names of the topics.
pub(super) const TOPICS: [&str; 7] = ["deliveries", "requests", "logs", "errors", "meters", "queues", "status"];

/// One stream.
struct Viewer {
    shown: &'static Shown,
    deliveries: Option<Topic>,
    /// The number of the next request.
    requests: Option<u64>,
    /// The number of the last line.
    logs: Option<u64>,
    /// How many failures there were at the last look.
    errors: Option<u64>,
    meters: Option<(Instant, Pulse)>,
    queues: Option<Sampled>,
    status: Option<Sampled>,
    process: String,
    written: Instant,
    look: Duration,
    _seat: OwnedSemaphorePermit,
}

/// A ring that is read on.
struct Topic {
    /// The number of the next record.
    next: u64,
    /// A gap before this record was there at the last look: what is written at that moment has no record yet.
    gap: Option<u64>,
}

/// What is looked at from time to time.
struct Sampled {
    due: Instant,
    last: String,
}

async fn open(asking: Asking<'_>) -> Result<Response> {
    let shown = asking.shown;
    let mut inputs = Inputs::new(asking.head, Body::of(""));
    let (topics, from) = (inputs.query::<Option<String>>("topics"), inputs.query::<Option<String>>("from"));
    let (Some(topics), Some(from)) = (topics, from) else { return Ok(inputs.refuse()) };
    let topics = topics.unwrap_or_default();
    let topics: Vec<&str> = topics.split(',').map(str::trim).filter(|topic| !topic.is_empty()).collect();
    if let Some(unknown) = topics.iter().find(|topic| !TOPICS.contains(topic)) {
        let known = TOPICS.join(", ");
        return Err(Error::bad_request(format!("query parameter `topics`: there is no `{unknown}`, but {known}")));
    }
    if topics.is_empty() {
        return Err(Error::bad_request(format!("query parameter `topics` must name some of {}", TOPICS.join(", "))));
    }
    let seat = shown.streams.clone().try_acquire_owned();
    let seat = seat
        .map_err(|_| Error::too_many_requests("as many streams are open as may be; close a page of the dashboard"))?;
    let last = asking.head.headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let from = last.or(from);
    let deliveries = if shown.inside.has_bus() { Some(shown.inside.bus()?.deliveries()) } else { None };
    let has = |topic: &str| topics.contains(&topic);
    let process = process();
    let sampled = || Sampled { due: Instant::now(), last: String::new() };
    let viewer = Viewer {
        shown,
        deliveries: deliveries
            .filter(|_| has("deliveries"))
            .map(|deliveries| begun(deliveries, &process, from.as_deref())),
        requests: has("requests")
            .then(|| position(&process, from.as_deref(), "requests").unwrap_or_else(newest_request)),
        logs: has("logs").then(|| position(&process, from.as_deref(), "logs").unwrap_or_else(newest_line)),
        errors: has("errors").then_some(0),
        meters: has("meters").then(|| (Instant::now() + METERS_EVERY, Pulse::begin(shown.inside.manifest()))),
        queues: has("queues").then(sampled),
        status: has("status").then(sampled),
        process,
        written: Instant::now(),
        look: LOOK,
        _seat: seat,
    };
    let first = viewer.hello();
    let first = stream::once(async { Ok::<_, Infallible>(first) });
    let rest = stream::unfold(viewer, async |mut viewer| Some((Ok(viewer.next().await?), viewer)));
    Ok(reply(200, Streamed::new("text/event-stream", stream::StreamExt::chain(first, rest))))
}

/// Where the last stream of this process ended in a topic.
fn position(process: &str, from: Option<&str>, topic: &str) -> Option<u64> {
    let (of, positions) = from?.split_once('/')?;
    let is_it = |position: &str| position.split_once('=').filter(|(name, _)| *name == topic)?.1.parse::<u64>().ok();
    positions.split(',').find_map(is_it).filter(|_| of == process)
}

fn newest_request() -> u64 {
    requests_from(u64::MAX).1
}

/// Where a stream of records begins: where the last one ended, if that was in this process.
fn begun(deliveries: Deliveries, process: &str, from: Option<&str>) -> Topic {
    let newest = deliveries.trace().next_number();
    let position = position(process, from, "deliveries");
    let next = match position {
        Some(position) => position.min(newest),
        None => newest.saturating_sub(LATEST),
    };
    // Nobody was promised what is older than the latest.
    let known = deliveries.trace().records_from(next).first().map_or(next, |record| record.number);
    Topic { next: if position.is_some() { next } else { known }, gap: None }
}

impl Viewer {
    fn hello(&self) -> String {
        let Shown { started, .. } = *self.shown;
        let hello = json!({ "process": self.process, "started": started, "now": wall_clock() });
        // Its own tries are the page's, which knows when nobody looks.
        format!(": from here on\n\nretry: 2000\n{}", self.event("hello", &hello))
    }

    /// What there is to say; `None` at the end of the server.
    async fn next(&mut self) -> Option<String> {
        loop {
            if self.shown.stop.is_cancelled() {
                return None;
            }
            let mut text = String::new();
            self.records(&mut text);
            self.told(&mut text);
            self.sample(&mut text).await;
            if text.is_empty() && self.written.elapsed() >= SIGN_OF_LIFE {
                text.push_str(": still here\n\n");
            }
            if !text.is_empty() {
                self.written = Instant::now();
                self.look = LOOK;
                return Some(text);
            }
            tokio::select! {
                () = sleep(self.look) => {}
                () = self.shown.stop.cancelled() => return None,
            }
            self.look = (self.look * 3 / 2).min(IDLE_LOOK);
        }
    }

    fn records(&mut self, text: &mut String) {
        let Some(topic) = &mut self.deliveries else { return };
        let Ok(bus) = self.shown.inside.bus() else { return };
        let mut records = bus.deliveries().trace().records_from(topic.next);
        let Some(first) = records.first() else { return };
        let mut lost = 0;
        if first.number > topic.next {
            if topic.gap.replace(first.number) != Some(first.number) {
                return;
            }
            lost += first.number - topic.next;
        }
        topic.gap = None;
        // Up to a gap inside: whoever writes there is not ready.
        let whole = records.iter().zip(first.number..).take_while(|(record, number)| record.number == *number).count();
        records.truncate(whole);
        topic.next = records.last().map_or(topic.next, |record| record.number + 1);
        self.lost(text, "deliveries", lost);
        *text += &self.event("deliveries", &records);
    }

    /// Requests, lines and failures since the last look.
    fn told(&mut self, text: &mut String) {
        if let Some(first) = self.requests {
            let (requests, next, lost) = requests_from(first);
            self.requests = Some(next);
            self.lost(text, "requests", lost);
            if !requests.is_empty() {
                *text += &self.event("requests", &requests);
            }
        }
        if let Some(last) = self.logs {
            let lines = lines_after(last);
            if let (Some(first), Some(newest)) = (lines.first(), lines.last()) {
                let lost = (newest.number - last).saturating_sub(lines.len() as u64).min(first.number - last - 1);
                self.logs = Some(newest.number);
                self.lost(text, "logs", lost);
                *text += &self.event("logs", &lines);
            }
        }
        if let Some(since) = self.errors {
            let groups = groups();
            // They only grow, and the one that makes room was counted before.
            let count = groups.iter().map(|group| group.count).sum();
            if count != since {
                self.errors = Some(count);
                *text += &self.event("errors", &groups);
            }
        }
    }

    fn lost(&self, text: &mut String, topic: &str, count: u64) {
        if count > 0 {
            *text += &self.event("lost", &json!({ "topic": topic, "count": count }));
        }
    }

    async fn sample(&mut self, text: &mut String) {
        let now = Instant::now();
        let beat = self.meters.as_mut().filter(|(due, _)| *due <= now).map(|(due, pulse)| {
            // A server that slept does not make up for it.
            *due = now + METERS_EVERY;
            pulse.beat(self.shown.inside.manifest())
        });
        if let Some(beat) = beat {
            *text += &self.event("meters", &beat);
        }
        if let Some(queues) = self.queues.as_mut().filter(|queues| queues.due <= now) {
            queues.due = now + QUEUES_EVERY;
            let topology = self.shown.queues().await;
            let said = topology.map(|topology| serde_json::to_string(&*topology).unwrap_or_default());
            if let Some(said) = said.filter(|said| queues.last != *said) {
                queues.last.clone_from(&said);
                *text += &self.written_event("queues", &said);
            }
        }
        if let Some(status) = self.status.as_mut().filter(|status| status.due <= now) {
            status.due = now + STATUS_EVERY;
            *text += &self.event("status", &Status::of(self.shown));
        }
    }

    fn event(&self, name: &str, data: &impl Serialize) -> String {
        self.written_event(name, &serde_json::to_string(data).unwrap_or_default())
    }

    fn written_event(&self, name: &str, data: &str) -> String {
        let positions = [
            ("deliveries", self.deliveries.as_ref().map(|topic| topic.next)),
            ("requests", self.requests),
            ("logs", self.logs),
        ];
        let mut text = format!("event: {name}\nid: {}/", self.process);
        let known = positions.into_iter().filter_map(|(topic, position)| Some((topic, position?)));
        for (place, (topic, position)) in known.enumerate() {
            // Writing to memory can't fail.
            let _ = write!(text, "{}{topic}={position}", if place == 0 { "" } else { "," });
        }
        text + "\ndata: " + data + "\n\n"
    }
}
