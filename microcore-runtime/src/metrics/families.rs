//! What is told, family by family. In: the meters and how things stand. Out: the text.

use super::exposition::{Exposition, Format, Labels, Telling};
use super::{names, process};
use crate::event::SubscriberStatus;
use crate::manifest::Manifest;
use crate::meter::{DELIVERY, Meters, OwnSeries, OwnValue, ROUTE, RUN, Reading, STATEMENT};
use crate::plugin::Down;

/// How things stand while a text is made.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Every subscriber, where there is a bus that can tell.
    pub(crate) subscribers: Vec<SubscriberStatus>,
    /// What is off.
    pub(crate) down: Vec<Down>,
    /// Records that were lost: of what, how many.
    pub(crate) lost: Vec<(&'static str, u64)>,
}

/// The text of one scrape.
pub(crate) fn text(manifest: &Manifest, seen: &Seen, format: Format) -> String {
    let mut text = Exposition::new(format);
    tell(manifest, seen, &mut text);
    if format == Format::OpenMetrics {
        forget_slowest((manifest.meters)());
    }
    text.finish()
}

/// Tells everything.
pub(crate) fn tell(manifest: &Manifest, seen: &Seen, text: &mut impl Telling) {
    let meters = (manifest.meters)();
    http(text, meters);
    messaging(text, meters);
    database(text, meters);
    tools(text, meters);
    runs(text, meters);
    own(text, manifest);
    standing(text, manifest, seen);
    process::tell(text);
}

fn runs(text: &mut impl Telling, meters: &Meters) {
    let runs = meters.runs.iter().map(|run| (vec![("kind", run.kind), ("run", run.name)], run.meter.read()));
    let runs: Vec<_> = runs.collect();
    times(text, names::RUNS, &runs);
    outcomes(text, names::ENDED, "outcome", &RUN, &runs);
}

/// What the plugins count themselves.
fn own(text: &mut impl Telling, manifest: &Manifest) {
    for own in names::own(manifest) {
        for (facts, series) in own.facts.iter().zip((own.read)()) {
            begin(text, names::Family::own(facts));
            for OwnSeries { labels, value } in &series {
                match value {
                    OwnValue::Count(count) => text.sample(labels, *count),
                    #[expect(clippy::cast_precision_loss, reason = "the formats know numbers of 53 bits")]
                    OwnValue::Level(level) => text.fraction(labels, *level as f64),
                    OwnValue::Spread { bounds, counts, sum } => text.sizes(labels, bounds, counts, *sum),
                }
            }
        }
    }
}

/// What was told as an exemplar is not told again.
fn forget_slowest(meters: &Meters) {
    meters.routes.iter().for_each(|route| route.meter.forget_slowest());
    meters.statements.iter().for_each(|statement| statement.meter.forget_slowest());
    meters.subscribers.iter().for_each(|subscriber| subscriber.meter.handling.forget_slowest());
}

fn http(text: &mut impl Telling, meters: &Meters) {
    let routes = meters.routes.iter().map(|route| {
        let labels = vec![("http_request_method", route.http_method()), ("http_route", route.path)];
        (labels, route.meter.read())
    });
    let beside = Meters::beside_routes().map(|(name, meter)| (vec![("http_route", name)], meter.read()));
    let routes: Vec<_> = routes.chain(beside).collect();
    times(text, names::HTTP, &routes);
    outcomes(text, names::REQUESTS, "http_response_status_code", &ROUTE, &routes);
    begin(text, names::ACTIVE);
    for (labels, reading) in &routes {
        text.sample(labels, reading.in_flight());
    }
}

fn messaging(text: &mut impl Telling, meters: &Meters) {
    begin(text, names::SENT);
    for event in meters.events {
        text.sample(&[("messaging_destination_name", event.event)], event.published.read());
    }
    let labels = |event, name| vec![("messaging_destination_name", event), ("messaging_consumer_group_name", name)];
    let subscribers = || meters.subscribers.iter().map(move |heard| (labels(heard.event, heard.name), heard.meter));
    let replies = meters.replies.iter().map(|reply| (labels(reply.event, reply.name), reply.meter));
    let handled: Vec<_> = subscribers().chain(replies).map(|(labels, meter)| (labels, meter.handling.read())).collect();
    times(text, names::PROCESS, &handled);
    outcomes(text, names::DELIVERIES, "outcome", &DELIVERY, &handled);
    let waited: Vec<_> = subscribers().map(|(labels, meter)| (labels, meter.wait.read())).collect();
    times(text, names::WAIT, &waited);
}

fn database(text: &mut impl Telling, meters: &Meters) {
    let shown: Vec<(String, String)> =
        meters.statements.iter().map(|statement| (names::statement(statement), statement.holders.join(","))).collect();
    let read = meters.statements.iter().zip(&shown).map(|(statement, (sql, holders))| {
        (vec![("microcore_statement", sql.as_str()), ("microcore_plugin", holders.as_str())], statement.meter.read())
    });
    let read: Vec<_> = read.collect();
    times(text, names::DATABASE, &read);
    outcomes(text, names::STATEMENTS, "outcome", &STATEMENT, &read);
}

fn tools(text: &mut impl Telling, meters: &Meters) {
    let calls = meters.calls();
    let calls = calls.map(|(tool, call)| (vec![("tool", tool), ("method", call.method)], call.meter.read()));
    times(text, names::CALLS, &calls.collect::<Vec<_>>());
}

/// A family, and what it tells of a subscriber.
type Gauge = (names::Family, fn(&SubscriberStatus) -> u64);

fn standing(text: &mut impl Telling, manifest: &Manifest, seen: &Seen) {
    let gauges: [Gauge; 4] = [
        (names::LAG, |status| status.lag),
        (names::DELAYED, |status| status.delayed),
        (names::DEAD, |status| status.dead),
        (names::PAUSED, |status| u64::from(status.paused)),
    ];
    for (family, gauge) in gauges {
        begin(text, family);
        for status in &seen.subscribers {
            let labels = [
                ("messaging_destination_name", &*status.event),
                ("messaging_consumer_group_name", &*status.subscriber),
            ];
            text.sample(&labels, gauge(status));
        }
    }
    let is_up = |kind: &str, name: &str| {
        let what = format!("{kind} {name}");
        u64::from(!seen.down.iter().any(|down| down.what == what))
    };
    begin(text, names::PLUGIN_UP);
    for plugin in manifest.plugins {
        let name = plugin.identity.name;
        text.sample(&[("plugin", name)], is_up("plugin", name));
    }
    begin(text, names::TOOL_UP);
    for tool in manifest.tools.iter().filter(|tool| manifest.needs_tool(tool.name)) {
        text.sample(&[("tool", tool.name)], is_up("tool", tool.name));
    }
    begin(text, names::LOST);
    for (what, lost) in &seen.lost {
        text.sample(&[("what", what)], *lost);
    }
    begin(text, names::BUILD);
    let labels = [
        ("application", manifest.name),
        ("version", manifest.version),
        ("microcore_version", env!("CARGO_PKG_VERSION")),
    ];
    text.sample(&labels, 1);
}

fn begin(text: &mut impl Telling, family: names::Family) {
    text.family(&family);
}

type Read<'l> = (Vec<(&'static str, &'l str)>, Reading);

fn times(text: &mut impl Telling, family: names::Family, all: &[Read<'_>]) {
    begin(text, family);
    for (labels, reading) in all {
        text.times(labels, reading);
    }
}

/// Of each end how often it was; what never was is not told.
fn outcomes(
    text: &mut impl Telling,
    family: names::Family,
    label: &'static str,
    names: &[&'static str],
    all: &[Read<'_>],
) {
    begin(text, family);
    for (labels, reading) in all {
        for (name, count) in names.iter().zip(&reading.outcomes).filter(|(_, count)| **count > 0) {
            let labels: &Labels<'_> = &[labels.as_slice(), &[(label, *name)]].concat();
            text.sample(labels, *count);
        }
    }
}
