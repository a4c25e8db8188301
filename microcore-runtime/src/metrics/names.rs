//! Every name that is told, with its labels and how many series there may be: all of it is known when the application is
//! compiled, because no label comes from outside.

use super::exposition::HISTOGRAM;
use crate::manifest::Manifest;
use crate::meter::{DELIVERY, Meters, OwnFacts, OwnMetered, RUN, StatementMetered};

/// Above so many series `check` warns: stores of metrics limit what one target may send.
pub const LIMIT: usize = 10_000;

/// Statuses that a route usually answers with: a success, two refusals of inputs or tokens, a failure.
const STATUSES: usize = 4;
/// Ends that a statement usually has: it is done, or a constraint says no.
const ENDS: usize = 2;
/// A longer text of SQL is cut, and told apart by a number.
const LONGEST_SQL: usize = 120;

/// A family of series under one name.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// As it is written in a query.
    pub name: &'static str,
    /// As OpenTelemetry writes it.
    pub dotted: &'static str,
    /// `seconds`, `bytes`, or whatever a plugin counts in; nothing where it has none.
    pub unit: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
    /// How many series there may be, about, once everything has run.
    pub(super) of: fn(&Manifest, &Meters) -> usize,
}

impl Family {
    /// That of a plugin's own meter.
    pub(super) const fn own(facts: &OwnFacts) -> Self {
        let OwnFacts { name, dotted, kind, unit, help, labels, .. } = *facts;
        // Its series are told by whoever lists it.
        Self { name, dotted, unit, kind, labels, help, of: |_, _| 0 }
    }
}

const ROUTE: &[&str] = &["http_request_method", "http_route"];
const SUBSCRIBER: &[&str] = &["messaging_destination_name", "messaging_consumer_group_name"];

pub(super) const HTTP: Family = Family {
    name: "http_server_request_duration_seconds",
    dotted: "http.server.request.duration",
    unit: "seconds",
    kind: "histogram",
    labels: ROUTE,
    help: "Time to answer a request, up to the head of a stream or a socket.",
    of: |_, meters| (meters.routes.len() + 2) * HISTOGRAM,
};
pub(super) const REQUESTS: Family = Family {
    name: "http_server_requests_total",
    dotted: "microcore.http.server.requests",
    unit: "",
    kind: "counter",
    labels: &["http_request_method", "http_route", "http_response_status_code"],
    help: "Requests that were answered, by status; 0 are those given up before there was an answer.",
    of: |_, meters| (meters.routes.len() + 2) * STATUSES,
};
pub(super) const ACTIVE: Family = Family {
    name: "http_server_active_requests",
    dotted: "http.server.active_requests",
    unit: "",
    kind: "gauge",
    labels: ROUTE,
    help: "Requests that are being answered.",
    of: |_, meters| meters.routes.len() + 2,
};
pub(super) const SENT: Family = Family {
    name: "messaging_client_sent_messages_total",
    dotted: "messaging.client.sent.messages",
    unit: "",
    kind: "counter",
    labels: &["messaging_destination_name"],
    help: "Events that were published in this process.",
    of: |_, meters| meters.events.len(),
};
pub(super) const PROCESS: Family = Family {
    name: "messaging_process_duration_seconds",
    dotted: "messaging.process.duration",
    unit: "seconds",
    kind: "histogram",
    labels: SUBSCRIBER,
    help: "Time of an attempt to handle an event, or to answer a request of the bus.",
    of: |_, meters| handlers(meters) * HISTOGRAM,
};
pub(super) const DELIVERIES: Family = Family {
    name: "microcore_deliveries_total",
    dotted: "microcore.deliveries",
    unit: "",
    kind: "counter",
    labels: &["messaging_destination_name", "messaging_consumer_group_name", "outcome"],
    help: "Attempts to handle an event by how they ended, and deliveries that are dead.",
    of: |_, meters| handlers(meters) * (DELIVERY.len() - 1),
};
pub(super) const WAIT: Family = Family {
    name: "microcore_delivery_wait_seconds",
    dotted: "microcore.delivery.wait",
    unit: "seconds",
    kind: "histogram",
    labels: SUBSCRIBER,
    help: "Time from the publishing of an event to the start of its handler.",
    of: |_, meters| meters.subscribers.len() * HISTOGRAM,
};
pub(super) const DATABASE: Family = Family {
    name: "db_client_operation_duration_seconds",
    dotted: "db.client.operation.duration",
    unit: "seconds",
    kind: "histogram",
    labels: &["microcore_statement", "microcore_plugin"],
    help: "Time of a statement, the wait for a connection included.",
    of: |_, meters| meters.statements.len() * HISTOGRAM,
};
pub(super) const STATEMENTS: Family = Family {
    name: "microcore_statements_total",
    dotted: "microcore.statements",
    unit: "",
    kind: "counter",
    labels: &["microcore_statement", "microcore_plugin", "outcome"],
    help: "Statements by how they ended.",
    of: |_, meters| meters.statements.len() * ENDS,
};
pub(super) const CALLS: Family = Family {
    name: "microcore_tool_call_duration_seconds",
    dotted: "microcore.tool.call.duration",
    unit: "seconds",
    kind: "histogram",
    labels: &["tool", "method"],
    help: "Time of a call of a tool's asynchronous method.",
    of: |_, meters| meters.calls().count() * HISTOGRAM,
};
pub(super) const RUNS: Family = Family {
    name: "microcore_run_duration_seconds",
    dotted: "microcore.run.duration",
    unit: "seconds",
    kind: "histogram",
    labels: &["kind", "run"],
    help: "Time of a run of a schedule or a job.",
    of: |_, meters| meters.runs.len() * HISTOGRAM,
};
pub(super) const ENDED: Family = Family {
    name: "microcore_runs_total",
    dotted: "microcore.runs",
    unit: "",
    kind: "counter",
    labels: &["kind", "run", "outcome"],
    help: "Runs of schedules and jobs by how they ended.",
    of: |_, meters| meters.runs.len() * RUN.len(),
};
pub(super) const LAG: Family = Family {
    name: "microcore_queue_lag",
    dotted: "microcore.queue.lag",
    unit: "",
    kind: "gauge",
    labels: SUBSCRIBER,
    help: "Deliveries that are accepted and not begun.",
    of: |_, meters| meters.subscribers.len(),
};
pub(super) const DELAYED: Family = Family {
    name: "microcore_queue_delayed",
    dotted: "microcore.queue.delayed",
    unit: "",
    kind: "gauge",
    labels: SUBSCRIBER,
    help: "Deliveries that are not due yet.",
    of: |_, meters| meters.subscribers.len(),
};
pub(super) const DEAD: Family = Family {
    name: "microcore_dead_letters",
    dotted: "microcore.dead_letters",
    unit: "",
    kind: "gauge",
    labels: SUBSCRIBER,
    help: "Deliveries that failed for good and wait to be replayed or discarded.",
    of: |_, meters| meters.subscribers.len(),
};
pub(super) const PAUSED: Family = Family {
    name: "microcore_subscriber_paused",
    dotted: "microcore.subscriber.paused",
    unit: "",
    kind: "gauge",
    labels: SUBSCRIBER,
    help: "1 where a subscriber is paused because it kept failing.",
    of: |_, meters| meters.subscribers.len(),
};
pub(super) const PLUGIN_UP: Family = Family {
    name: "microcore_plugin_up",
    dotted: "microcore.plugin.up",
    unit: "",
    kind: "gauge",
    labels: &["plugin"],
    help: "1 where a plugin runs, 0 where it is off.",
    of: |manifest, _| manifest.plugins.len(),
};
pub(super) const TOOL_UP: Family = Family {
    name: "microcore_tool_up",
    dotted: "microcore.tool.up",
    unit: "",
    kind: "gauge",
    labels: &["tool"],
    help: "1 where a tool is set up, 0 where it is off.",
    of: |manifest, _| manifest.tools.iter().filter(|tool| manifest.needs_tool(tool.name)).count(),
};
pub(super) const LOST: Family = Family {
    name: "microcore_lost_total",
    dotted: "microcore.lost",
    unit: "",
    kind: "counter",
    labels: &["what"],
    help: "Records that were lost because their place was in use.",
    of: |_, _| 1,
};
pub(super) const BUILD: Family = Family {
    name: "microcore_build_info",
    dotted: "microcore.build.info",
    unit: "",
    kind: "gauge",
    labels: &["application", "version", "microcore_version"],
    help: "1, with what is running.",
    of: |_, _| 1,
};
pub(super) const CPU: Family = Family {
    name: "process_cpu_seconds_total",
    dotted: "process.cpu.time",
    unit: "seconds",
    kind: "counter",
    labels: &[],
    help: "Processor time of the process, in user and in system.",
    of: |_, _| 1,
};
pub(super) const MEMORY: Family = Family {
    name: "process_resident_memory_bytes",
    dotted: "process.memory.usage",
    unit: "bytes",
    kind: "gauge",
    labels: &[],
    help: "Resident memory.",
    of: |_, _| 1,
};
pub(super) const FILES: Family = Family {
    name: "process_open_fds",
    dotted: "process.open_file_descriptor.count",
    unit: "",
    kind: "gauge",
    labels: &[],
    help: "Open files and sockets.",
    of: |_, _| 1,
};
pub(super) const THREADS: Family = Family {
    name: "process_threads",
    dotted: "process.thread.count",
    unit: "",
    kind: "gauge",
    labels: &[],
    help: "Threads of the process.",
    of: |_, _| 1,
};
pub(super) const START: Family = Family {
    name: "process_start_time_seconds",
    dotted: "process.start_time",
    unit: "seconds",
    kind: "gauge",
    labels: &[],
    help: "When the process started, in seconds since 1970.",
    of: |_, _| 1,
};

const ALL: [Family; 25] = [
    HTTP, REQUESTS, ACTIVE, SENT, PROCESS, DELIVERIES, WAIT, DATABASE, STATEMENTS, CALLS, RUNS, ENDED, LAG, DELAYED,
    DEAD, PAUSED, PLUGIN_UP, TOOL_UP, LOST, BUILD, CPU, MEMORY, FILES, THREADS, START,
];

/// Every family, and how many series it may have in this application.
pub fn families(manifest: &Manifest) -> impl Iterator<Item = (Family, usize)> {
    let meters = (manifest.meters)();
    let own = own(manifest).flat_map(|own| own.facts).map(|facts| (Family::own(facts), facts.series));
    ALL.into_iter().map(move |family| (family, (family.of)(manifest, meters))).chain(own)
}

/// The plugins' own meters, each struct once.
pub(crate) fn own(manifest: &Manifest) -> impl Iterator<Item = OwnMetered> {
    let mut seen = Vec::new();
    let all = manifest.plugins.iter().filter_map(|plugin| plugin.meters);
    all.filter(move |own| {
        !seen.contains(&own.home) && {
            seen.push(own.home);
            true
        }
    })
}

/// How many series the application may have, about.
pub fn series(manifest: &Manifest) -> usize {
    families(manifest).map(|(_, series)| series).sum()
}

fn handlers(meters: &Meters) -> usize {
    meters.subscribers.len() + meters.replies.len()
}

/// The text of a statement in one line; of a long one the beginning, and a number by which it is told from others.
pub(super) fn statement(statement: &StatementMetered) -> String {
    let line = statement.sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_SQL {
        return line;
    }
    let number = statement
        .sql
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let beginning: String = line.chars().take(LONGEST_SQL).collect();
    format!("{beginning}… ({number:016x})")
}
