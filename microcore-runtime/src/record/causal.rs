//! One request or event with everything that it led to, in the order of time: deliveries and their attempts, statements,
//! calls, own work, lines of the log; and what was waited for, by name.
//!
//! In: the rings, and the trace of the bus. Out: steps, each with its depth, so that whoever draws them needs no tree.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, LogLine, Record, Request, lines, records};
use crate::context::Id;
use crate::event::{Ending, TraceRecord};

/// A wait that is shorter is not named, in nanoseconds.
const WAIT: u64 = 1_000_000;

/// A trace, as far as it is recorded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemCausal")]
pub(crate) struct Causal {
    /// The first of its chain.
    pub(crate) origin: String,
    /// The same as 32 hexadecimal digits.
    pub(crate) trace: String,
    /// When it began: milliseconds since 1970.
    pub(crate) time: u64,
    /// From the beginning to the last end, in microseconds.
    pub(crate) micros: u64,
    pub(crate) steps: Vec<Step>,
}

/// Something that happened in it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemStep")]
pub(crate) struct Step {
    /// How far it is from the beginning: what caused it is the last step before it that is less deep.
    pub(crate) depth: u32,
    /// `request`, `event`, `delivery`, `statement`, `call`, `work`, `line` or `wait`.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// Who did it, or the fields of a line.
    pub(crate) detail: String,
    /// A status, the end of a delivery or of a statement, the level of a line.
    pub(crate) outcome: String,
    /// Whether it failed.
    pub(crate) failed: bool,
    pub(crate) id: String,
    pub(crate) attempt: u32,
    /// When it began, in microseconds since the beginning.
    pub(crate) start: u64,
    pub(crate) micros: u64,
}

/// A step while the tree is made.
struct Branch {
    step: Step,
    started: u64,
    below: Vec<Branch>,
}

/// What is known of one trace.
struct Known {
    requests: Vec<Record>,
    events: Vec<TraceRecord>,
    /// Statements, calls and own work.
    done: Vec<Record>,
    /// Of schedules and jobs.
    runs: Vec<Record>,
    lines: Vec<LogLine>,
    /// What stands in the tree already: an event has one place.
    placed: BTreeSet<String>,
}

/// What is known of the trace that has this id: that of a request, an event or a trace, or the digits of one.
pub(crate) fn about(id: &str, events: Vec<TraceRecord>) -> Option<Causal> {
    let (requests, runs) = (records(Kind::Request), records(Kind::Run));
    let is_it = |own: &Id, origin: &Id| own.to_string() == id || origin.to_string() == id || digits(origin) == id;
    let done = || [Kind::Statement, Kind::Call, Kind::Work].into_iter().flat_map(records);
    let of_requests = requests.iter().map(|record| (&record.id, &record.origin));
    let of_events = events.iter().map(|record| (&record.id, &record.origin));
    let of_runs = runs.iter().map(|record| (&record.id, &record.origin));
    let found = of_requests
        .chain(of_runs)
        .chain(of_events)
        .find(|(own, origin)| is_it(own, origin))
        .map(|(_, origin)| origin.clone());
    let origin = match found {
        Some(origin) => origin,
        None => done().find(|record| is_it(&record.id, &record.origin))?.origin,
    };
    // What was written after its delivery had ended names the event alone.
    let events: Vec<TraceRecord> = events.into_iter().filter(|record| record.origin == origin).collect();
    let ids: BTreeSet<String> = events.iter().map(|record| record.id.to_string()).chain([origin.to_string()]).collect();
    let is_of_it = |line: &LogLine| [&line.origin, &line.id].into_iter().flatten().any(|id| ids.contains(id));
    let known = Known {
        requests: requests.into_iter().filter(|record| record.origin == origin).collect(),
        events,
        done: done().filter(|record| record.origin == origin).collect(),
        runs: runs.into_iter().filter(|record| record.origin == origin).collect(),
        lines: lines().into_iter().filter(is_of_it).collect(),
        placed: BTreeSet::new(),
    };
    Some(known.grown(&origin))
}

fn digits(origin: &Id) -> String {
    let [high, low] = origin.trace();
    format!("{high:016x}{low:016x}")
}

fn step(kind: &str, name: &str, id: &str, attempt: u32, micros: u64) -> Step {
    let [detail, outcome] = [String::new(), String::new()];
    let (kind, name, id) = (kind.to_owned(), name.to_owned(), id.to_owned());
    Step { depth: 0, kind, name, detail, outcome, failed: false, id, attempt, start: 0, micros }
}

impl Known {
    fn grown(mut self, origin: &Id) -> Causal {
        let mut roots = Vec::new();
        for request in std::mem::take(&mut self.requests) {
            roots.push(self.request(&request));
        }
        for run in std::mem::take(&mut self.runs) {
            roots.push(self.run(&run));
        }
        // What was not recorded, or is too old, led to something all the same.
        let mut orphans: Vec<String> = Vec::new();
        for record in &self.events {
            let parent = record.cause.as_ref().map_or_else(|| record.id.to_string(), ToString::to_string);
            let is_event = self.events.iter().any(|other| other.id.to_string() == parent);
            if !is_event && !self.placed.contains(&parent) && !orphans.contains(&parent) {
                orphans.push(parent);
            }
        }
        for record in &self.done {
            let id = record.id.to_string();
            let is_event = self.events.iter().any(|other| other.id == record.id);
            if !is_event && !self.placed.contains(&id) && !orphans.contains(&id) {
                orphans.push(id);
            }
        }
        for id in orphans {
            let by = self.done.iter().find(|record| record.id.to_string() == id).and_then(|record| record.by);
            let mut root =
                step(if by.is_some() { "run" } else { "request" }, by.unwrap_or("(not recorded)"), &id, 0, 0);
            root.detail = if by.is_some() { String::new() } else { "or too long ago".to_owned() };
            roots.push(self.with_children(Branch { step: root, started: u64::MAX, below: Vec::new() }, &id));
        }
        let alone: Vec<Id> =
            self.events.iter().filter(|record| record.cause.is_none()).map(|record| record.id.clone()).collect();
        for id in alone {
            roots.extend(self.event(&id));
        }
        finished(origin, roots)
    }

    fn request(&mut self, record: &Record) -> Branch {
        let id = record.id.to_string();
        let told = Request::of(record);
        let name = [record.method.as_deref().unwrap_or_default(), &record.name].join(" ");
        let mut own = step("request", name.trim(), &id, 0, record.micros);
        own.detail = record.plugin.clone().unwrap_or_default();
        own.failed = told.as_ref().is_some_and(|told| told.status >= 500);
        own.outcome = told.map(|told| told.status.to_string()).unwrap_or_default();
        self.with_children(Branch { step: own, started: record.started, below: Vec::new() }, &id)
    }

    fn run(&mut self, record: &Record) -> Branch {
        let id = record.id.to_string();
        let mut own = step("run", &record.name, &id, record.attempt, record.micros);
        record.outcome.clone_into(&mut own.outcome);
        own.failed = record.outcome != "ok";
        let below = record.by.map(|by| self.done_by(&id, Some(by), record.attempt)).unwrap_or_default();
        self.with_children(Branch { step: own, started: record.started, below }, &id)
    }

    /// With what the code of a request did by itself, and with the events that it published.
    fn with_children(&mut self, mut branch: Branch, id: &str) -> Branch {
        self.placed.insert(id.to_owned());
        branch.below.extend(self.done_by(id, None, 0));
        let caused: BTreeSet<String> = self
            .events
            .iter()
            .filter(|record| record.cause.as_ref().is_some_and(|cause| cause.to_string() == id))
            .map(|record| record.id.to_string())
            .collect();
        let events: Vec<Id> = caused.iter().filter_map(|id| Id::adopt(id)).collect();
        for event in events {
            branch.below.extend(self.event(&event));
        }
        branch
    }

    /// Statements, calls, own work and lines.
    fn done_by(&self, id: &str, by: Option<&str>, attempt: u32) -> Vec<Branch> {
        let is_ours = |own: &str, own_by: Option<&str>, own_attempt: u32| {
            own == id && (by.is_none() && own_attempt == 0 || own_by == by && own_attempt == attempt)
        };
        let done = self.done.iter().filter(|record| is_ours(&record.id.to_string(), record.by, record.attempt));
        let done = done.map(|record| {
            let kind = match record.kind {
                Kind::Statement => "statement",
                Kind::Call => "call",
                Kind::Work | Kind::Run | Kind::Request => "work",
            };
            let mut own = step(kind, &record.name, id, record.attempt, record.micros);
            own.detail = record.plugin.clone().unwrap_or_default();
            record.outcome.clone_into(&mut own.outcome);
            own.failed = record.outcome != "ok";
            Branch { step: own, started: record.started, below: Vec::new() }
        });
        let lines = self
            .lines
            .iter()
            .filter(|line| is_ours(line.id.as_deref().unwrap_or_default(), line.by.as_deref(), line.attempt));
        let lines = lines.map(|line| {
            let mut own = step("line", &line.message, id, line.attempt, 0);
            [line.source.as_str(), line.fields.as_str()].join(" ").trim().clone_into(&mut own.detail);
            own.failed = line.level == "ERROR";
            own.outcome.clone_from(&line.level);
            Branch { step: own, started: line.at, below: Vec::new() }
        });
        done.chain(lines).collect()
    }

    /// An event, its deliveries, and what these led to.
    fn event(&mut self, id: &Id) -> Option<Branch> {
        let text = id.to_string();
        if !self.placed.insert(text.clone()) {
            return None;
        }
        let mut records: Vec<TraceRecord> = self.events.iter().filter(|record| record.id == *id).cloned().collect();
        records.sort_by_key(|record| record.started);
        let first = records.first()?;
        let mut own = step("event", &first.event, &text, 0, 0);
        own.detail = first.emitter.clone().unwrap_or_default();
        "published".clone_into(&mut own.outcome);
        let (published, mut below) = (first.started, Vec::new());
        for record in records.iter().filter(|record| record.ending != Ending::Published) {
            let subscriber = record.subscriber.as_deref().unwrap_or_default();
            below.extend(waited(&records, record, published, &text));
            let mut delivery = step("delivery", subscriber, &text, record.attempt, record.micros);
            let ending = serde_json::to_value(record.ending).unwrap_or_default();
            ending.as_str().unwrap_or_default().clone_into(&mut delivery.outcome);
            delivery.failed = record.ending == Ending::Failed;
            let mut branch = Branch { step: delivery, started: record.started, below: Vec::new() };
            branch.below = self.done_by(&text, Some(subscriber), record.attempt);
            for child in self.published_by(id, subscriber, record) {
                branch.below.extend(self.event(&child));
            }
            below.push(branch);
        }
        // Of inline subscribers, and of whoever published in another task.
        below.extend(self.done_by(&text, None, 0));
        let rest: BTreeSet<String> = self
            .events
            .iter()
            .filter(|record| record.cause.as_ref() == Some(id))
            .map(|record| record.id.to_string())
            .collect();
        for child in rest.iter().filter_map(|id| Id::adopt(id)) {
            below.extend(self.event(&child));
        }
        Some(Branch { step: own, started: published, below })
    }

    /// The events that an attempt published, by who emitted them and when.
    fn published_by(&self, cause: &Id, subscriber: &str, attempt: &TraceRecord) -> Vec<Id> {
        let until = attempt.started.saturating_add(attempt.micros.saturating_mul(1000)).saturating_add(1000);
        let is_its = |record: &&TraceRecord| {
            record.ending == Ending::Published
                && record.cause.as_ref() == Some(cause)
                && (attempt.started..=until).contains(&record.started)
                && record.emitter.as_deref().is_some_and(|emitter| subscriber.starts_with(emitter))
        };
        self.events.iter().filter(is_its).map(|record| record.id.clone()).collect()
    }
}

/// What an attempt waited for before it began, where that was long: its turn, or to be tried again.
fn waited(records: &[TraceRecord], record: &TraceRecord, published: u64, id: &str) -> Option<Branch> {
    let mut earlier = records.iter().filter(|other| {
        other.subscriber == record.subscriber && other.ending != Ending::Published && other.started < record.started
    });
    let before = earlier.next_back().map(|other| other.started + other.micros * 1000);
    let since = before.unwrap_or(published);
    let wait = record.started.saturating_sub(since);
    let subscriber = record.subscriber.as_deref().unwrap_or_default();
    let name = if before.is_some() {
        format!("waited to try again: {subscriber}")
    } else {
        format!("waited for its turn: {subscriber}")
    };
    (wait >= WAIT).then(|| Branch {
        step: step("wait", &name, id, record.attempt, wait / 1000),
        started: since,
        below: Vec::new(),
    })
}

fn finished(origin: &Id, mut roots: Vec<Branch>) -> Causal {
    roots.iter_mut().for_each(begin_with_what_is_below);
    roots.sort_by_key(|root| root.started);
    let begun = roots.first().map_or(0, |root| root.started);
    let now = crate::event::Moment::now();
    let age = now.since(crate::event::Moment::of_ticks(begun));
    let mut steps = Vec::new();
    for root in roots {
        flatten(root, 0, begun, &mut steps);
    }
    Causal {
        origin: origin.to_string(),
        trace: digits(origin),
        time: crate::event::wall_clock().saturating_sub(crate::event::millis(age)),
        micros: steps.iter().map(|step: &Step| step.start + step.micros).max().unwrap_or_default(),
        steps,
    }
}

/// Of what has no record nobody knows when it began: with the first thing that it did.
fn begin_with_what_is_below(branch: &mut Branch) {
    branch.below.iter_mut().for_each(begin_with_what_is_below);
    if branch.started == u64::MAX {
        branch.started = branch.below.iter().map(|below| below.started).min().unwrap_or_default();
    }
}

fn flatten(branch: Branch, depth: u32, begun: u64, steps: &mut Vec<Step>) {
    let Branch { step, started, mut below } = branch;
    steps.push(Step { depth, start: started.saturating_sub(begun) / 1000, ..step });
    below.sort_by_key(|branch| branch.started);
    for branch in below {
        flatten(branch, depth + 1, begun, steps);
    }
}

impl Causal {
    /// As lines of text, indented by depth; statements and lines of the log where they are asked for.
    pub(crate) fn draw(&self, sql: bool, logs: bool) -> String {
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = writeln!(text, "trace {}, {} in all", self.trace, lasting(self.micros));
        let is_shown = |step: &&Step| match step.kind.as_str() {
            "statement" => sql,
            "line" => logs,
            _ => true,
        };
        for step in self.steps.iter().filter(is_shown) {
            let _ = write!(text, "{:>9}  {}", format!("+{}", lasting(step.start)), "  ".repeat(step.depth as usize));
            let Step { name, detail, outcome, attempt, micros, .. } = step;
            let took = lasting(*micros);
            let _ = match step.kind.as_str() {
                "request" | "run" => writeln!(text, "{name} {outcome} {took}  {detail}"),
                "event" => writeln!(text, "◆ {name}  {detail}"),
                "delivery" if *attempt > 1 => writeln!(text, "→ {name} {outcome}, attempt {attempt}, {took}"),
                "delivery" => writeln!(text, "→ {name} {outcome} {took}"),
                "statement" => writeln!(text, "sql {took}  {}{}", one_line(name), but_ok(outcome)),
                "line" => writeln!(text, "{outcome} {name}  {detail}"),
                "wait" => writeln!(text, "… {took} {name}"),
                kind => writeln!(text, "{kind} {name} {took}{}", but_ok(outcome)),
            };
        }
        text.lines().fold(String::new(), |all, line| all + line.trim_end() + "\n")
    }
}

fn but_ok(outcome: &str) -> String {
    if outcome == "ok" { String::new() } else { format!("  {outcome}") }
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[expect(clippy::cast_precision_loss, reason = "a time for people")]
/// A time for people.
pub(crate) fn lasting(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        _ => format!("{:.2} s", micros as f64 / 1e6),
    }
}
