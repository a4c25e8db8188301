//! `/system/api/meters`: what was counted and timed since the start: routes, subscribers, events, statements, methods of
//! tools. Times are in microseconds.

use schemars::JsonSchema;
use serde::Serialize;

use super::own_meters::{self, OwnView};
use super::{Answering, Asking, Page, told};
use crate::manifest::Manifest;
use crate::meter::{BOUNDS, DEAD, DELIVERY, Meters, PLACES, ROUTE, Reading, STATEMENT};

pub(super) const PAGE: Page = Page::shows("/system/api/meters", answer);

/// Every meter of the application.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemMeters")]
pub(in crate::system) struct MetersView {
    /// Whether anything is measured: the feature `observe`.
    observed: bool,
    /// The upper bound of each place of a grid, in microseconds; the last place is for longer times.
    bounds: Vec<f64>,
    routes: Vec<RouteView>,
    subscribers: Vec<SubscriberView>,
    events: Vec<EventView>,
    statements: Vec<StatementView>,
    calls: Vec<CallView>,
    /// What plugins count themselves.
    own: Vec<OwnView>,
}

/// How often, and how long.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemTimed")]
struct Timed {
    count: u64,
    in_flight: u64,
    /// All together.
    total: u64,
    /// Half took no longer, 95 of 100, and 99 of 100; nothing where there was none.
    p50: Option<u64>,
    p95: Option<u64>,
    p99: Option<u64>,
    /// The slowest since it was last asked for in full.
    slowest: Option<u64>,
}

/// A kind of end, and how often it was.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemEnds")]
struct Ends {
    outcome: &'static str,
    count: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemRouteMeter")]
struct RouteView {
    method: &'static str,
    path: &'static str,
    /// The plugin and its handler; nothing for what no route has.
    plugin: Option<&'static str>,
    handler: Option<&'static str>,
    #[serde(flatten)]
    timed: Timed,
    /// Answers from 500 on.
    failed: u64,
    /// Answers from 400 to 499.
    refused: u64,
    /// How often each status was.
    statuses: Vec<Ends>,
    /// How many took how long.
    grid: Vec<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemSubscriberMeter")]
struct SubscriberView {
    name: &'static str,
    event: &'static str,
    #[serde(flatten)]
    timed: Timed,
    failed: u64,
    expired: u64,
    dead: u64,
    /// From the publishing to the first attempt.
    wait_p50: Option<u64>,
    wait_p99: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemEventMeter")]
struct EventView {
    event: &'static str,
    published: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemStatementMeter")]
struct StatementView {
    sql: &'static str,
    holders: &'static [&'static str],
    function: &'static str,
    #[serde(flatten)]
    timed: Timed,
    failed: u64,
    outcomes: Vec<Ends>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemCallMeter")]
struct CallView {
    tool: &'static str,
    method: &'static str,
    #[serde(flatten)]
    timed: Timed,
}

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&view(asking.shown.inside.manifest())) })
}

fn view(manifest: &Manifest) -> MetersView {
    let meters = (manifest.meters)();
    let routes = meters.routes.iter().map(|own| {
        let place = (own.method, own.path, Some(own.plugin.name), Some(own.handler));
        route(place, &own.meter.read())
    });
    let beside = Meters::beside_routes();
    let beside = beside.iter().map(|(name, meter)| route(("", name, None, None), &meter.read()));
    MetersView {
        observed: cfg!(feature = "observe"),
        bounds: BOUNDS.iter().map(|nanos| f64::from(u32::try_from(nanos / 100).unwrap_or(u32::MAX)) / 10.0).collect(),
        routes: routes.chain(beside).collect(),
        subscribers: meters
            .subscribers
            .iter()
            .map(|subscriber| {
                let (handling, wait) = (subscriber.meter.handling.read(), subscriber.meter.wait.read());
                let of = |outcome: &str| of(&DELIVERY, &handling, |name| name == outcome);
                SubscriberView {
                    name: subscriber.name,
                    event: subscriber.event,
                    failed: of("failed"),
                    expired: of("expired"),
                    dead: of(DELIVERY[DEAD]),
                    wait_p50: within(&wait, 0.5),
                    wait_p99: within(&wait, 0.99),
                    timed: Timed::of(&handling),
                }
            })
            .collect(),
        events: meters
            .events
            .iter()
            .map(|own| EventView { event: own.event, published: own.published.read() })
            .collect(),
        statements: meters
            .statements
            .iter()
            .map(|own| {
                let reading = own.meter.read();
                StatementView {
                    sql: own.sql,
                    holders: own.holders,
                    function: own.function,
                    failed: of(&STATEMENT, &reading, |name| name != "ok"),
                    outcomes: ends(&STATEMENT, &reading),
                    timed: Timed::of(&reading),
                }
            })
            .collect(),
        calls: meters
            .calls()
            .map(|(tool, call)| CallView { tool, method: call.method, timed: Timed::of(&call.meter.read()) })
            .collect(),
        own: own_meters::view(manifest),
    }
}

type Place = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

fn route((method, path, plugin, handler): Place, reading: &Reading) -> RouteView {
    RouteView {
        method,
        path,
        plugin,
        handler,
        failed: of(&ROUTE, reading, has_failed),
        refused: of(&ROUTE, reading, |status| status.starts_with('4')),
        statuses: ends(&ROUTE, reading),
        grid: reading.grid.to_vec(),
        timed: Timed::of(reading),
    }
}

fn has_failed(status: &str) -> bool {
    status.starts_with('5')
}

fn of(names: &[&str], reading: &Reading, counts: impl Fn(&str) -> bool) -> u64 {
    names.iter().zip(&reading.outcomes).filter(|(name, _)| counts(name)).map(|(_, count)| count).sum()
}

fn ends(names: &[&'static str], reading: &Reading) -> Vec<Ends> {
    let all = names.iter().zip(&reading.outcomes).filter(|(_, count)| **count > 0);
    all.map(|(outcome, count)| Ends { outcome, count: *count }).collect()
}

fn within(reading: &Reading, part: f64) -> Option<u64> {
    reading.within(part).map(micros)
}

fn micros(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Timed {
    fn of(reading: &Reading) -> Self {
        Self {
            count: reading.count(),
            in_flight: reading.in_flight(),
            total: reading.nanos / 1000,
            p50: within(reading, 0.5),
            p95: within(reading, 0.95),
            p99: within(reading, 0.99),
            slowest: reading.slowest.map(|slowest| slowest.nanos / 1000),
        }
    }
}

/// All routes as one: what came since the last look.
#[derive(Debug)]
pub(in crate::system) struct Pulse(Reading);

/// One look.
#[derive(Debug, Serialize)]
pub(in crate::system) struct Beat {
    /// Since the start.
    pub(in crate::system) requests: u64,
    /// Since the last look.
    pub(in crate::system) count: u64,
    pub(in crate::system) failed: u64,
    refused: u64,
    in_flight: u64,
    p50: Option<u64>,
    pub(in crate::system) p99: Option<u64>,
}

impl Pulse {
    pub(in crate::system) fn begin(manifest: &Manifest) -> Self {
        Self(sum(manifest))
    }

    pub(in crate::system) fn beat(&mut self, manifest: &Manifest) -> Beat {
        let now = sum(manifest);
        let since = now.since(&self.0);
        let beat = Beat {
            requests: now.count(),
            count: since.count(),
            failed: of(&ROUTE, &since, has_failed),
            refused: of(&ROUTE, &since, |status| status.starts_with('4')),
            in_flight: now.in_flight(),
            p50: within(&since, 0.5),
            p99: within(&since, 0.99),
        };
        self.0 = now;
        beat
    }
}

fn sum(manifest: &Manifest) -> Reading {
    // The first is none of a request's, and nothing was measured by it.
    static NONE: crate::meter::RouteMeter = crate::meter::RouteMeter::NEW;
    let mut sum = NONE.read();
    debug_assert_eq!((sum.grid.len(), sum.begun), (PLACES, 0));
    for route in (manifest.meters)().routes {
        sum.add(&route.meter.read());
    }
    sum
}

#[cfg(all(test, feature = "observe"))]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::meter::{RouteMeter, RouteMetered, end};
    use crate::plugin::Identity;

    static METER: RouteMeter = RouteMeter::NEW;
    static WHO: Identity = Identity { domain: "users", plugin: "get", name: "users.get" };
    static METERS: Meters = Meters {
        routes: &[RouteMetered { plugin: &WHO, method: "GET", path: "/users", handler: "get", meter: &METER }],
        ..Meters::EMPTY
    };
    const MANIFEST: Manifest = Manifest { meters: || &METERS, ..Manifest::EMPTY };

    #[test]
    fn a_route_tells_how_often_how_it_ended_and_how_long_it_took() {
        let mut pulse = Pulse::begin(&MANIFEST);
        for status in [StatusCode::OK, StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::INTERNAL_SERVER_ERROR] {
            end(METER.begin(), status);
        }
        let open = METER.begin();
        let beat = pulse.beat(&MANIFEST);
        assert_eq!((beat.requests, beat.count, beat.failed, beat.refused, beat.in_flight), (4, 4, 1, 1, 1));
        assert!(beat.p50 <= beat.p99 && beat.p99.is_some());
        let all = view(&MANIFEST);
        let route = &all.routes[0];
        assert_eq!((route.timed.count, route.failed, route.refused, route.timed.in_flight), (4, 1, 1, 1));
        assert_eq!(route.grid.iter().sum::<u64>(), 4);
        assert_eq!(route.grid.len(), all.bounds.len() + 1);
        let statuses: Vec<_> = route.statuses.iter().map(|ends| (ends.outcome, ends.count)).collect();
        assert_eq!(statuses, [("200", 2), ("404", 1), ("500", 1)]);
        assert_eq!((all.bounds[0], all.bounds[1], all.bounds.last()), (1.0, 1.5, Some(&10_000_000.0)));
        end(open, StatusCode::OK);
        let next = pulse.beat(&MANIFEST);
        assert_eq!((next.requests, next.count, next.in_flight), (5, 1, 0), "only what came since");
    }
}
