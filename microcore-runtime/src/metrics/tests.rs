//! The texts, as their readers understand them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::exposition::{Exposition, Telling};
use super::names::{HTTP, LOST};
use super::top::{Sample, Samples};
use super::*;
use crate::manifest::{Manifest, PluginFacts};
use crate::meter::{EventMetered, Meters, RouteMeter, RouteMetered, StatementMeter, StatementMetered, Tally, Timer};
#[cfg(feature = "observe")]
use crate::plugin::Down;
use crate::plugin::Identity;

static PLUGIN: Identity = Identity { domain: "users", plugin: "get_user", name: "users.get_user" };
static GET: RouteMeter = RouteMeter::NEW;
static IDLE: RouteMeter = RouteMeter::NEW;
static SELECT: StatementMeter = StatementMeter::NEW;
static PUBLISHED: Tally = Tally::NEW;
static METERS: Meters = Meters {
    routes: &[
        RouteMetered { plugin: &PLUGIN, method: "GET", path: "/users/{id}", handler: "one", meter: &GET },
        RouteMetered { plugin: &PLUGIN, method: "SSE", path: "/idle", handler: "idle", meter: &IDLE },
    ],
    events: &[EventMetered { event: "user.created", published: &PUBLISHED }],
    statements: &[StatementMetered {
        holders: &["users.get_user", "users.list"],
        function: "one",
        sql: "SELECT \"name\"\n  FROM users WHERE note = '\\'",
        meter: &SELECT,
    }],
    ..Meters::EMPTY
};
const MANIFEST: Manifest = Manifest {
    name: "shop",
    version: "1.2.3",
    plugins: &[PluginFacts::needing(&[]).at(PLUGIN)],
    meters: || &METERS,
    ..Manifest::EMPTY
};

fn measured() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // 200, 200, 404: the list of statuses has them at these places.
        for (nanos, status) in [(1_200, "200"), (700_000, "200"), (30_000_000_000, "404")] {
            GET.took(nanos, crate::meter::ROUTE.iter().position(|outcome| *outcome == status).unwrap());
        }
        SELECT.took(40_000, 0);
        PUBLISHED.add(2);
    });
}

/// Without what the machine and the moment say.
#[cfg(feature = "observe")]
fn told(format: Format) -> String {
    measured();
    let seen = Seen {
        down: vec![Down { what: "plugin users.get_user".into(), reason: "for a test".into() }],
        lost: vec![("trace", 3)],
        ..Seen::default()
    };
    let text = text(&MANIFEST, &seen, format);
    let is_left_out = |line: &str| ["process_", "(no route)", "(edge)"].iter().any(|word| line.contains(word));
    text.split_inclusive('\n').filter(|line| !is_left_out(line)).collect()
}

#[cfg(feature = "observe")]
#[test]
fn a_scrape_is_this_text() {
    insta::assert_snapshot!("text", told(Format::Text));
}

#[cfg(feature = "observe")]
#[test]
fn a_scrape_in_the_newer_format_is_this_text() {
    insta::assert_snapshot!("openmetrics", told(Format::OpenMetrics));
}

#[test]
fn an_exemplar_is_in_the_newer_format_only_and_stands_at_its_bucket() {
    static METER: Timer<2> = Timer::NEW;
    METER.took(2_000, 0);
    let mut reading = METER.read();
    reading.slowest = reading.slowest.map(|slowest| crate::meter::Slowest { trace: [1, 0xab], ..slowest });
    for format in [Format::Text, Format::OpenMetrics] {
        let mut text = Exposition::new(format);
        text.family(&Family { name: "x_seconds", ..HTTP });
        text.times(&[("a", "b")], &reading);
        let text = text.finish();
        let exemplars: Vec<&str> = text.lines().filter(|line| line.contains("trace_id")).collect();
        let expected = "x_seconds_bucket{a=\"b\",le=\"0.000005\"} 1 \
                        # {trace_id=\"000000000000000100000000000000ab\"} 0.000002";
        let is_there = cfg!(feature = "observe") && format == Format::OpenMetrics;
        assert_eq!(exemplars, if is_there { vec![expected] } else { vec![] });
        assert_eq!(text.ends_with("# EOF\n"), format == Format::OpenMetrics);
    }
}

fn written(help: &str, value: &str, format: Format) -> String {
    let mut text = Exposition::new(format);
    // A help text is a literal of the application.
    text.family(&Family { name: "x_total", help: help.to_owned().leak(), ..LOST });
    text.sample(&[("plain", "a"), ("any", value)], 7);
    text.finish()
}

proptest! {
    #[test]
    fn any_label_and_help_is_read_as_it_was_written(help in "\\PC*|.*", value in "\\PC*|(?s:.)*") {
        for format in [Format::Text, Format::OpenMetrics] {
            let text = written(&help, &value, format);
            let samples = Samples::of(&text);
            let labels = vec![("plain".to_owned(), "a".to_owned()), ("any".to_owned(), value.clone())];
            let expected = Sample { name: "x_total".to_owned(), labels, value: 7.0 };
            prop_assert_eq!(samples.of_family("x_total").collect::<Vec<_>>(), vec![&expected]);
        }
    }
}

#[derive(microcore_macros::Label)]
enum Country {
    At,
    #[expect(dead_code, reason = "nobody orders from there")]
    De,
}

#[derive(microcore_macros::Meters)]
struct Orders {
    /// Orders placed.
    placed: crate::meter::Counter<Country>,
    /// Orders that wait.
    open: crate::meter::Gauge,
    #[meter(unit = "eur", bounds = [10, 100.5])]
    worth: crate::meter::Histogram,
}

#[test]
fn what_a_plugin_counts_is_told_once_however_many_plugins_share_it() {
    use crate::meter::{Meter, OwnSection};

    const OWN: PluginFacts = PluginFacts::needing(&[]).at(PLUGIN).metering(<Meter<Orders> as OwnSection>::METERED);
    const TWICE: Manifest = Manifest { plugins: &[OWN, OWN], ..MANIFEST };
    const PLAIN: PluginFacts = PluginFacts::needing(&[]).at(PLUGIN);
    const NONE: Manifest = Manifest { plugins: &[PLAIN, PLAIN], ..MANIFEST };
    let meter = Meter::<Orders>::shown();
    meter.placed.add_many(3, Country::At);
    meter.open.set(-2);
    for worth in [7.0, 50.0, 1e9] {
        meter.worth.observe(worth);
    }
    let text = text(&TWICE, &Seen::default(), Format::OpenMetrics);
    let own: Vec<&str> = text.lines().filter(|line| line.contains("orders_")).collect();
    let mut expected = vec!["# HELP orders_placed Orders placed", "# TYPE orders_placed counter"];
    let observed = cfg!(feature = "observe");
    expected.extend(observed.then_some("orders_placed_total{country=\"at\"} 3"));
    expected.extend(["# HELP orders_open Orders that wait", "# TYPE orders_open gauge"]);
    expected.extend(observed.then_some("orders_open -2.0"));
    expected.extend(["# HELP orders_worth_eur ", "# TYPE orders_worth_eur histogram", "# UNIT orders_worth_eur eur"]);
    if observed {
        expected.extend([
            "orders_worth_eur_bucket{le=\"10.0\"} 1",
            "orders_worth_eur_bucket{le=\"100.5\"} 2",
            "orders_worth_eur_bucket{le=\"+Inf\"} 3",
            "orders_worth_eur_sum 1000000057.0",
            "orders_worth_eur_count 3",
        ]);
    }
    assert_eq!(own, expected);
    let added = series(&TWICE) - series(&NONE);
    assert_eq!(added, 2 + 1 + 5);
    let Some(read) = parsed_by_python(&text, Format::OpenMetrics) else { return };
    let units = read.as_array().unwrap().iter().filter(|family| family[0].as_str().unwrap().starts_with("orders_"));
    assert_eq!(units.count(), 3);
}

/// What the parser that Prometheus' own clients come with makes of a text, as JSON.
fn parsed_by_python(text: &str, format: Format) -> Option<serde_json::Value> {
    let python = std::env::var("MICROCORE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let is_there = Command::new(&python).args(["-c", "import prometheus_client"]).stderr(Stdio::null()).status();
    if !is_there.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "{python} has no prometheus_client");
        eprintln!("skipped: {python} has no prometheus_client");
        return None;
    }
    let module = if format == Format::OpenMetrics { "openmetrics.parser" } else { "parser" };
    let script = format!(
        "import json, sys\nfrom prometheus_client.{module} import text_string_to_metric_families as read\n\
         print(json.dumps([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value] for s in f.samples]] \
         for f in read(sys.stdin.buffer.read().decode())]))"
    );
    let mut child = Command::new(python)
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it was there a moment ago");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the parser refuses the text:\n{text}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn the_parser_of_prometheus_reads_whatever_is_told() {
    let mut odd = String::new();
    for value in ["", "\"", "\\", "\\n", "\n", "a\\\"b\n", "ä→\u{1f980}", "{le=\"1\"}", " # ", "#EOF"] {
        odd.push_str(value);
        for format in [Format::Text, Format::OpenMetrics] {
            let Some(read) = parsed_by_python(&written(&format!("About {odd}."), &odd, format), format) else { return };
            assert_eq!(read[0][2], format!("About {odd}."), "{format:?}");
            assert_eq!(read[0][3][0][1]["any"], odd.as_str(), "{format:?}");
        }
    }
    for format in [Format::Text, Format::OpenMetrics] {
        measured();
        let Some(read) = parsed_by_python(&text(&MANIFEST, &Seen::default(), format), format) else { return };
        let names: Vec<&str> = read.as_array().unwrap().iter().filter_map(|family| family[0].as_str()).collect();
        for family in families(&MANIFEST).map(|(family, _)| family.name) {
            let name = family.strip_suffix("_total").unwrap_or(family);
            assert!(!cfg!(target_os = "linux") || names.contains(&name), "{name} is missing in {names:?}");
        }
    }
}

#[cfg(feature = "observe")]
#[test]
fn two_scrapes_tell_what_happens_now() {
    measured();
    let earlier = text(&MANIFEST, &Seen::default(), Format::Text);
    let later = earlier.replace(
        "http_server_request_duration_seconds_count{http_request_method=\"GET\",http_route=\"/users/{id}\"} 3",
        "http_server_request_duration_seconds_count{http_request_method=\"GET\",http_route=\"/users/{id}\"} 23",
    );
    let top = Top::of(&earlier, &later, 2.0);
    let row = &top.routes[0];
    assert_eq!((row.name.as_str(), row.count, row.per_second, row.failed), ("GET /users/{id}", 23.0, 10.0, 0.0));
    assert!(row.p50.is_some_and(|p50| (0.0001..=0.001).contains(&p50)), "{:?}", row.p50);
    assert_eq!(row.p99, Some(10.0), "what took longer than the last bound is that");
    assert!(top.off.is_empty() && top.memory > 0.0);
    assert!([row.failed, top.lag, top.dead].iter().all(|none| none.is_sign_positive()), "none is `0`, not `-0`");
    assert_eq!(top.statements[0].name, "users.get_user,users.list SELECT \"name\" FROM users WHERE note = '\\'");
}

#[test]
fn a_scrape_of_five_hundred_routes_is_as_large_as_was_said() {
    static LARGE: std::sync::OnceLock<&'static Meters> = std::sync::OnceLock::new();
    let routes: Vec<RouteMetered> = (0..500)
        .map(|number| {
            let meter: &'static RouteMeter = Box::leak(Box::new(RouteMeter::NEW));
            meter.took(1_000 * number, 0);
            let path: &'static str = format!("/things/{number}/{{id}}").leak();
            RouteMetered { plugin: &PLUGIN, method: "GET", path, handler: "one", meter }
        })
        .collect();
    let meters: &'static Meters = Box::leak(Box::new(Meters { routes: routes.leak(), ..Meters::EMPTY }));
    let _ = LARGE.set(meters);
    let manifest = Manifest { meters: || LARGE.get().expect("it was set"), ..Manifest::EMPTY };
    let text = text(&manifest, &Seen::default(), Format::Text);
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    assert!(series(&manifest) > 9_000 && lines <= series(&manifest), "{lines} of {}", series(&manifest));
    if cfg!(feature = "observe") {
        assert!(lines > 500 * 19);
    }
}
