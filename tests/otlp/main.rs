//! What an application does, as a collector of OpenTelemetry is told: whole traces, lines, numbers; and whatever the
//! collector does, the application does not mind.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::pedantic, reason = "the same")]

mod collector;

use std::collections::BTreeSet;

use microcore::testing::{Running, boot, run};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::json;

use self::collector::{Answer, Collector, Seen, attribute};

microcore::app! { root: "app" }

const CALLER: &str = "00f067aa0ba902b7";

/// The application, sending to a collector. Every test has traces of its own in the rings that all of them share.
async fn running(collector: &Collector, settings: &[(&str, &str)]) -> Running<App> {
    let mut boot = boot::<App>().with("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint());
    for (key, value) in settings {
        boot = boot.with(key, value);
    }
    Running::<App>::boot(&boot).await.unwrap()
}

/// The id of a trace that nobody else has.
fn trace() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parent(trace: &str, flags: &str) -> String {
    format!("00-{trace}-{CALLER}-{flags}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn spans(seen: &Seen, trace: &str) -> Vec<Span> {
    seen.spans.iter().filter(|span| hex(&span.trace_id) == trace).cloned().collect()
}

fn of_kind(spans: &[Span], kind: SpanKind) -> Vec<Span> {
    spans.iter().filter(|span| span.kind == kind as i32).cloned().collect()
}

#[test]
fn a_request_is_one_trace_with_its_statements_its_event_and_every_attempt() {
    run(async {
        let collector = Collector::start();
        let settings = [("OTEL_RESOURCE_ATTRIBUTES", "team=web"), ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=seven%20")];
        let app = running(&collector, &settings).await;
        let trace = trace();
        let placed =
            app.with_header("traceparent", &parent(&trace, "01")).post("/orders", json!({ "item": "book" })).await;
        assert_eq!(placed.status, 204, "{placed:?}");
        // The request, its statement, the publish; two attempts to charge with three statements; one to pack with one.
        let seen = collector.wait("ten spans", |seen| spans(seen, &trace).len() >= 10).await;
        let all = spans(&seen, &trace);
        let ids: BTreeSet<String> = all.iter().map(|span| hex(&span.span_id)).collect();
        assert_eq!((all.len(), ids.len()), (10, 10), "{all:#?}");

        let [request] = &of_kind(&all, SpanKind::Server)[..] else { panic!("{all:#?}") };
        assert_eq!((request.name.as_str(), hex(&request.parent_span_id).as_str()), ("POST /orders", CALLER));
        assert_eq!(attribute(&request.attributes, "http.response.status_code").as_deref(), Some("204"));
        assert_eq!(attribute(&request.attributes, "microcore.plugin").as_deref(), Some("shop.place_order"));
        let [published] = &of_kind(&all, SpanKind::Producer)[..] else { panic!("{all:#?}") };
        assert_eq!(published.parent_span_id, request.span_id);
        let deliveries = of_kind(&all, SpanKind::Consumer);
        assert!(deliveries.iter().all(|delivery| delivery.parent_span_id == published.span_id), "{deliveries:#?}");
        let attempts = |subscriber: &str| -> Vec<Span> {
            let name = |span: &Span| attribute(&span.attributes, "messaging.consumer.group.name");
            let mut own: Vec<Span> =
                deliveries.iter().filter(|span| name(span).as_deref() == Some(subscriber)).cloned().collect();
            own.sort_by_key(|span| span.start_time_unix_nano);
            own
        };
        let [charge, pack] = [attempts("shop.charge.charge"), attempts("shop.pack.pack")];
        let failed = |span: &Span| span.status.as_ref().is_some_and(|status| status.code == 2);
        assert_eq!((charge.len(), pack.len()), (2, 1));
        assert_eq!((failed(&charge[0]), failed(&charge[1]), failed(&pack[0])), (true, false, false));

        let statements = of_kind(&all, SpanKind::Client);
        let below = |span: &Span| -> Vec<String> {
            let own = statements.iter().filter(|statement| statement.parent_span_id == span.span_id);
            own.map(|statement| statement.name.clone()).collect()
        };
        assert_eq!(
            (below(request), below(&charge[0]).len(), below(&charge[1]), below(&pack[0])),
            (vec!["INSERT".to_owned()], 2, vec!["SELECT".to_owned()], vec!["UPDATE".to_owned()])
        );
        for span in &all {
            let inside = span.start_time_unix_nano <= span.end_time_unix_nano;
            assert!(inside && span.start_time_unix_nano >= request.start_time_unix_nano - 1_000_000, "{span:#?}");
        }

        // Lines carry the span in which they were written.
        let ours = |seen: &Seen, text: &str| {
            let said = |log: &&opentelemetry_proto::tonic::logs::v1::LogRecord| {
                hex(&log.trace_id) == trace && format!("{:?}", log.body).contains(text)
            };
            seen.logs.iter().find(said).map(|log| log.span_id.clone())
        };
        let seen = collector.wait("two lines", |seen| ours(seen, "charged").is_some()).await;
        assert_eq!(ours(&seen, "an order is placed"), Some(request.span_id.clone()));
        assert_eq!(ours(&seen, "charged"), Some(charge[1].span_id.clone()));

        assert_eq!(attribute(&seen.resource, "service.name").as_deref(), Some("microcore"));
        assert_eq!(attribute(&seen.resource, "team").as_deref(), Some("web"));
        assert!(seen.headers.iter().any(|header| header.starts_with("x-tenant: seven")), "{:?}", seen.headers);
        app.stop().await;
    });
}

#[test]
fn numbers_are_told_with_the_whole_grid_and_a_plugins_own_beside_them() {
    run(async {
        let collector = Collector::start();
        let app = running(&collector, &[("OTEL_METRIC_EXPORT_INTERVAL", "250")]).await;
        app.post("/orders", json!({ "item": "book" })).await;
        let has = |seen: &Seen| seen.metrics.iter().any(|metric| metric.name == "shop.placed");
        let seen = collector.wait("the numbers", has).await;
        let of =
            |name: &str| seen.metrics.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("{name}"));
        let Some(Data::Histogram(times)) = &of("http.server.request.duration").data else { panic!("no times") };
        let route = times
            .data_points
            .iter()
            .find(|point| attribute(&point.attributes, "http.route").as_deref() == Some("/orders"));
        let route = route.unwrap();
        assert_eq!(
            (route.explicit_bounds.len(), route.bucket_counts.len(), of("http.server.request.duration").unit.as_str()),
            (43, 44, "s")
        );
        assert!(route.count >= 1 && route.sum.unwrap() > 0.0 && route.start_time_unix_nano < route.time_unix_nano);
        let Some(Data::Sum(placed)) = &of("shop.placed").data else { panic!("no count") };
        assert!(placed.is_monotonic && placed.aggregation_temporality == 2);
        assert_eq!(attribute(&placed.data_points[0].attributes, "goods").as_deref(), Some("book"));
        let Some(Data::Histogram(worth)) = &of("shop.worth").data else { panic!("no spread") };
        assert_eq!(
            (of("shop.worth").unit.as_str(), &worth.data_points[0].explicit_bounds[..]),
            ("eur", &[10.0, 100.0][..])
        );
        app.stop().await;
    });
}

#[test]
fn what_failed_is_sent_although_nothing_else_is() {
    run(async {
        let collector = Collector::start();
        let app = running(&collector, &[("OTEL_TRACES_SAMPLER_ARG", "0")]).await;
        let [quiet, unwanted, wanted, broken] = [trace(), trace(), trace(), trace()];
        app.get("/orders/count").await;
        let from = |trace: &str, flags: &str| app.with_header("traceparent", &parent(trace, flags));
        // The caller of the second one does not sample it; nobody wants the first.
        from(&unwanted, "00").get("/orders/count").await;
        from(&wanted, "01").get("/orders/count").await;
        from(&broken, "00").get("/broken").await;
        let both = |seen: &Seen| !spans(seen, &wanted).is_empty() && !spans(seen, &broken).is_empty();
        collector.wait("the one that failed, and the one that is wanted", both).await;
        app.stop().await;
        let seen = collector.seen();
        assert!(spans(&seen, &quiet).is_empty() && spans(&seen, &unwanted).is_empty());
        let [failed] = &spans(&seen, &broken)[..] else { panic!("{:#?}", spans(&seen, &broken)) };
        assert_eq!(attribute(&failed.attributes, "error.type").as_deref(), Some("500"));
    });
}

#[test]
fn the_last_requests_are_there_after_the_stop() {
    run(async {
        let collector = Collector::start();
        let app = running(&collector, &[]).await;
        let traces: Vec<String> = (0..40).map(|_| trace()).collect();
        for trace in &traces {
            app.with_header("traceparent", &parent(trace, "01")).get("/orders/count").await;
        }
        app.stop().await;
        let seen = collector.seen();
        let missing: Vec<_> = traces.iter().filter(|trace| spans(&seen, trace).len() != 2).collect();
        assert!(missing.is_empty(), "{} of {} are missing", missing.len(), traces.len());
        assert!(seen.metrics.iter().any(|metric| metric.name == "http.server.request.duration"));
    });
}

#[test]
fn what_is_not_taken_now_is_sent_again_and_once_only() {
    run(async {
        let collector = Collector::start().answers(&[Answer::Later(1), Answer::Cut]);
        let app = running(&collector, &[]).await;
        let trace = trace();
        app.with_header("traceparent", &parent(&trace, "01")).get("/orders/count").await;
        let seen = collector.wait("a third post", |seen| !spans(seen, &trace).is_empty()).await;
        assert!(seen.posts >= 3, "{}", seen.posts);
        assert_eq!(spans(&seen, &trace).len(), 2);
        app.stop().await;
        assert_eq!(spans(&collector.seen(), &trace).len(), 2);
    });
}

/// The count in `/metrics`.
async fn lost(app: &Running<App>) -> u64 {
    let text = String::from_utf8(app.get("/metrics").await.body.to_vec()).unwrap();
    let line = text.lines().find(|line| line.starts_with("microcore_lost_total{what=\"export\"}")).unwrap().to_owned();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn what_is_refused_is_counted_and_not_sent_again() {
    run(async {
        let collector = Collector::start().answers(&[Answer::Refuse]);
        let app = running(&collector, &[]).await;
        let (before, [refused, part]) = (lost(&app).await, [trace(), trace()]);
        app.with_header("traceparent", &parent(&refused, "01")).get("/orders/count").await;
        collector.wait("a post that is refused", |seen| seen.posts == 1).await;
        let collector = collector.answers(&[Answer::Part(1)]);
        app.with_header("traceparent", &parent(&part, "01")).get("/orders/count").await;
        collector.wait("one that is taken in part", |seen| !spans(seen, &part).is_empty()).await;
        // The answer to the second is read before a third is sent.
        let last = trace();
        app.with_header("traceparent", &parent(&last, "01")).get("/orders/count").await;
        collector.wait("a third", |seen| !spans(seen, &last).is_empty()).await;
        assert!(lost(&app).await >= before + 3, "two spans and one");
        assert!(spans(&collector.seen(), &refused).is_empty());
        app.stop().await;
    });
}

#[test]
fn a_collector_that_is_away_or_silent_holds_up_nobody() {
    run(async {
        let away = Collector::at("127.0.0.1:0".parse().unwrap()).endpoint();
        let silent = Collector::start().answers(&[Answer::Silence; 8]);
        let nowhere = boot::<App>()
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
            .with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{away}/v1/traces"));
        for boot in [nowhere, boot::<App>().with("OTEL_EXPORTER_OTLP_ENDPOINT", &silent.endpoint())] {
            // A post may take ten minutes; the stop does not.
            let app = Running::<App>::boot(&boot.with("OTEL_EXPORTER_OTLP_TIMEOUT", "600000")).await.unwrap();
            for _ in 0..20 {
                assert_eq!(app.post("/orders", json!({ "item": "book" })).await.status, 204);
            }
            tokio::time::timeout(std::time::Duration::from_secs(60), app.stop()).await.expect("it stops");
        }
    });
}
