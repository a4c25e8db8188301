//! Spans: requests, publishes, deliveries, statements, calls of tools and own work, read from the rings.
//!
//! In: the rings, and the trace of the bus. Out: spans of whole traces as far as they are over, a second after they ended.

use std::collections::HashMap;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};

use super::messages::{MOST, number, text};
use super::tail::{Marks, Tail};
use crate::context::{Id, span_beside};
use crate::event::{Deliveries, Ending, Moment, TraceRecord, wall_clock_nanos};
use crate::record::{Kind, Record, Request, records_from};

/// What ended before that is over: deliveries and statements of the same trace are there by then.
const BEHIND: u64 = 1_000_000_000;
/// More than so many spans do not wait for that.
const WAITING: usize = 16_384;

const KINDS: [Kind; 5] = [Kind::Request, Kind::Statement, Kind::Call, Kind::Work, Kind::Run];

/// A span that waits until it is decided.
struct Waiting {
    trace: [u64; 2],
    marks: Marks,
    ended: u64,
    span: Span,
    /// Of a publish: what caused it and who emitted it, because its parent may be a delivery that is not over yet.
    published: Option<(Id, String)>,
}

/// A delivery that may be the parent of what it published.
struct Delivery {
    event: Id,
    subscriber: String,
    started: u64,
    ended: u64,
    span: u64,
}

/// Where the rings were read up to, and what waits.
pub(super) struct Gathering {
    next: [u64; KINDS.len()],
    next_event: u64,
    /// Whether the bus was there at a look before.
    has_bus: bool,
    waiting: Vec<Waiting>,
    deliveries: Vec<Delivery>,
    tail: Tail,
    lost: u64,
}

impl Gathering {
    /// What was recorded before is not sent: another export of this process may have.
    pub(super) fn begin(ratio: f64) -> Self {
        Self {
            next: KINDS.map(|kind| records_from(kind, u64::MAX).1),
            next_event: 0,
            has_bus: false,
            waiting: Vec::new(),
            deliveries: Vec::new(),
            tail: Tail::of(ratio),
            lost: 0,
        }
    }

    /// What was lost since the last time that somebody asked.
    pub(super) fn lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }

    /// Reads what has come since the last look.
    pub(super) fn look(&mut self, bus: Option<Deliveries>) {
        let clock = Clock::now();
        for (kind, next) in KINDS.into_iter().zip(&mut self.next) {
            let (records, after) = records_from(kind, *next);
            self.lost += after.saturating_sub(*next).saturating_sub(records.len() as u64);
            *next = after;
            let spans = records.iter().filter_map(|record| of_record(record, clock));
            self.waiting.extend(spans);
        }
        if let Some(bus) = bus {
            let trace = bus.trace();
            if !self.has_bus {
                (self.has_bus, self.next_event) = (true, trace.next_number());
            }
            let records = trace.records_from(self.next_event);
            let after = records.last().map_or(self.next_event, |record| record.number + 1);
            self.lost += (after - self.next_event).saturating_sub(records.len() as u64);
            self.next_event = after;
            for record in &records {
                self.deliveries.extend(Delivery::of(record));
                self.waiting.push(of_event(record, clock));
            }
        }
        let over = self.waiting.len().saturating_sub(WAITING);
        self.lost += over as u64;
        self.waiting.drain(..over);
    }

    /// The spans that are over and worth sending, in messages of bounded size; all that there are, where it is the last
    /// time.
    pub(super) fn ready(&mut self, is_last: bool) -> Vec<Vec<Span>> {
        let until = if is_last { u64::MAX } else { Moment::now().ticks().saturating_sub(BEHIND) };
        // A mark of one span is that of its trace, whichever ended first.
        let mut marks: HashMap<[u64; 2], Marks> = HashMap::new();
        for waiting in &self.waiting {
            let known = marks.entry(waiting.trace).or_default();
            *known = known.and(waiting.marks);
        }
        let (over, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.ended <= until);
        self.waiting = waiting;
        let over: Vec<Waiting> = over;
        let mut spans = Vec::new();
        for Waiting { trace, mut span, published, .. } in over {
            if self.tail.keeps(trace, marks[&trace]) {
                if let Some((cause, emitter)) = published {
                    self.adopt(&mut span, &cause, &emitter);
                }
                spans.push(span);
            }
        }
        let known_until = until.saturating_sub(BEHIND);
        self.deliveries.retain(|delivery| delivery.ended > known_until);
        spans.chunks(MOST).map(<[Span]>::to_vec).collect()
    }

    /// What a delivery published hangs below it, and not below the event that was delivered.
    fn adopt(&self, span: &mut Span, cause: &Id, emitter: &str) {
        let at = span.attributes.iter().position(|pair| pair.key == STARTED);
        let started = at.map(|at| span.attributes.swap_remove(at)).and_then(|pair| match pair.value?.value? {
            opentelemetry_proto::tonic::common::v1::any_value::Value::IntValue(started) => u64::try_from(started).ok(),
            _ => None,
        });
        let Some(started) = started else { return };
        let is_its = |delivery: &&Delivery| {
            delivery.event == *cause
                && delivery.subscriber.starts_with(emitter)
                && (delivery.started..=delivery.ended).contains(&started)
        };
        if let Some(delivery) = self.deliveries.iter().find(is_its) {
            span.parent_span_id = delivery.span.to_be_bytes().to_vec();
        }
    }
}

/// Until its parent is known, a publish carries when it was.
const STARTED: &str = "microcore.started";

/// The wall clock beside the one of the records.
#[derive(Debug, Clone, Copy)]
struct Clock {
    now: u64,
    ticks: u64,
}

impl Clock {
    fn now() -> Self {
        Self { now: wall_clock_nanos(), ticks: Moment::now().ticks() }
    }

    fn at(self, ticks: u64) -> u64 {
        self.now.saturating_sub(self.ticks.saturating_sub(ticks))
    }
}

fn span(trace: [u64; 2], [own, parent]: [u64; 2], name: String, kind: SpanKind, [start, end]: [u64; 2]) -> Span {
    let trace_id = trace.into_iter().flat_map(u64::to_be_bytes).collect();
    let parent_span_id = if parent == 0 { Vec::new() } else { parent.to_be_bytes().to_vec() };
    Span {
        trace_id,
        span_id: own.to_be_bytes().to_vec(),
        parent_span_id,
        name,
        kind: kind as i32,
        start_time_unix_nano: start,
        end_time_unix_nano: end,
        ..Span::default()
    }
}

fn failed(message: &str) -> Status {
    Status { code: StatusCode::Error as i32, message: message.to_owned() }
}

fn whose(record: &Record) -> Vec<KeyValue> {
    let plugin = record.plugin.iter().map(|plugin| text("microcore.plugin", plugin.clone()));
    plugin.chain(record.handler.iter().map(|handler| text("code.function.name", handler.clone()))).collect()
}

fn of_record(record: &Record, clock: Clock) -> Option<Waiting> {
    let trace = record.origin.trace();
    let times = [record.started, record.ended].map(|ticks| clock.at(ticks));
    let owner = record.id.span_of(record.attempt, record.by);
    let (mut span, marks) = if record.kind == Kind::Request {
        of_request(record, trace, times)?
    } else {
        let (name, kind, mut attributes) = match record.kind {
            Kind::Statement => {
                let verb = record.name.split_whitespace().next().unwrap_or("SQL").to_uppercase();
                let attributes =
                    vec![text("db.query.text", record.name.clone()), text("db.operation.name", verb.clone())];
                (verb, SpanKind::Client, attributes)
            }
            Kind::Call | Kind::Work | Kind::Run | Kind::Request => {
                (record.name.clone(), SpanKind::Internal, Vec::new())
            }
        };
        attributes.extend(whose(record));
        let (own, parent) = if record.kind == Kind::Run {
            (owner, record.cause.as_ref().map_or(0, |cause| cause.span(0)))
        } else {
            (span_beside(owner, record.number << 3 | record.kind as u64), owner)
        };
        let mut span = span(trace, [own, parent], name, kind, times);
        span.attributes = attributes;
        if record.outcome != "ok" {
            span.attributes.push(text("error.type", record.outcome));
            span.status = Some(failed(record.outcome));
        }
        let must = record.kind == Kind::Run && record.outcome != "ok";
        (span, Marks { must, ..Marks::default() })
    };
    span.flags = 1;
    Some(Waiting { trace, marks, ended: record.ended, span, published: None })
}

fn of_request(record: &Record, trace: [u64; 2], times: [u64; 2]) -> Option<(Span, Marks)> {
    let told = Request::of(record)?;
    let name = format!("{} {}", told.method, told.path).trim().to_owned();
    let parent = record.cause.as_ref().map_or(0, |cause| cause.span(0));
    let mut span = span(trace, [record.id.span(0), parent], name, SpanKind::Server, times);
    span.attributes = vec![
        text("http.route", told.path.clone()),
        number("http.response.status_code", told.status.into()),
        number("http.response.body.size", i64::try_from(told.bytes).unwrap_or(i64::MAX)),
        text("microcore.request", told.id.clone()),
    ];
    if !told.method.is_empty() {
        span.attributes.push(text("http.request.method", told.method.clone()));
    }
    span.attributes.extend(whose(record));
    if told.status >= 500 {
        span.attributes.push(text("error.type", told.status.to_string()));
        span.status = Some(failed(""));
    }
    let sampled = told.sampled;
    let marks = Marks {
        must: told.is_remarkable() || sampled == Some(true),
        unwanted: sampled == Some(false),
        by_chance: told.is_by_chance(),
    };
    Some((span, marks))
}

fn of_event(record: &TraceRecord, clock: Clock) -> Waiting {
    let trace = record.origin.trace();
    let ended = record.started.saturating_add(record.micros.saturating_mul(1000));
    let times = [record.started, ended].map(|ticks| clock.at(ticks));
    let event = text("messaging.destination.name", record.event.clone());
    let mut attributes =
        vec![text("messaging.system", "microcore"), event, text("messaging.message.id", record.id.to_string())];
    let published = record.id.span(0);
    let (span, published) = match &record.subscriber {
        None => {
            attributes.extend(record.emitter.iter().map(|emitter| text("microcore.plugin", emitter.clone())));
            let parent = record.cause.as_ref().map_or(0, |cause| cause.span(0));
            let span = span(trace, [published, parent], format!("publish {}", record.event), SpanKind::Producer, times);
            let emitter = record.cause.clone().zip(record.emitter.clone());
            if emitter.is_some() {
                attributes.push(number(STARTED, i64::try_from(record.started).unwrap_or_default()));
            }
            (span, emitter)
        }
        Some(subscriber) => {
            attributes.push(text("messaging.consumer.group.name", subscriber.clone()));
            attributes.push(number("microcore.attempt", record.attempt.into()));
            let own = record.id.span_of(record.attempt, Some(subscriber));
            let name = format!("process {}", record.event);
            (span(trace, [own, published], name, SpanKind::Consumer, times), None)
        }
    };
    let has_failed = matches!(record.ending, Ending::Failed | Ending::Expired);
    let status = has_failed.then(|| failed(if record.ending == Ending::Failed { "failed" } else { "expired" }));
    let span = Span { attributes, status, flags: 1, ..span };
    Waiting { trace, marks: Marks { must: has_failed, ..Marks::default() }, ended, span, published }
}

impl Delivery {
    fn of(record: &TraceRecord) -> Option<Self> {
        let subscriber = record.subscriber.clone()?;
        let span = record.id.span_of(record.attempt, Some(&subscriber));
        // Times are told to the microsecond.
        let ended = record.started.saturating_add(record.micros.saturating_mul(1000)).saturating_add(1000);
        Some(Self { event: record.id.clone(), subscriber, started: record.started, ended, span })
    }
}
