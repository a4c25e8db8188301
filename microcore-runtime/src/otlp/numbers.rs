//! The meters as metrics of OTLP: the families of `/metrics` under their names with dots, histograms with the whole grid.

use std::time::Duration;

use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum, metric,
    number_data_point,
};
use tokio::time::Instant;

use super::messages::text;
use crate::event::wall_clock_nanos;
use crate::manifest::Manifest;
use crate::meter::{BOUNDS, Reading};
use crate::metrics::{Family, Labels, Seen, Telling, tell};

/// When numbers are told, and since when they count.
#[derive(Debug)]
pub(super) struct Numbers {
    every: Duration,
    due: Instant,
    started: u64,
}

impl Numbers {
    pub(super) fn begin(every: Duration) -> Self {
        Self { every, due: Instant::now() + every, started: wall_clock_nanos() }
    }

    pub(super) fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.due;
        if is_due {
            self.due = now + self.every;
        }
        is_due
    }

    /// All of them, as they are now.
    pub(super) fn told(&self, manifest: &Manifest, seen: &Seen) -> Vec<Metric> {
        let mut told = Told { started: self.started, now: wall_clock_nanos(), metrics: Vec::new() };
        tell(manifest, seen, &mut told);
        told.metrics.retain(|metric| match &metric.data {
            Some(metric::Data::Gauge(gauge)) => !gauge.data_points.is_empty(),
            Some(metric::Data::Sum(sum)) => !sum.data_points.is_empty(),
            Some(metric::Data::Histogram(histogram)) => !histogram.data_points.is_empty(),
            _ => false,
        });
        told.metrics
    }
}

/// Labels that have another name where dots stand.
const DOTTED: [(&str, &str); 5] = [
    ("http_request_method", "http.request.method"),
    ("http_route", "http.route"),
    ("http_response_status_code", "http.response.status_code"),
    ("messaging_destination_name", "messaging.destination.name"),
    ("messaging_consumer_group_name", "messaging.consumer.group.name"),
];

struct Told {
    started: u64,
    now: u64,
    metrics: Vec<Metric>,
}

impl Told {
    fn attributes(labels: &Labels<'_>) -> Vec<opentelemetry_proto::tonic::common::v1::KeyValue> {
        let dotted = |label: &'static str| match DOTTED.iter().find(|(own, _)| *own == label) {
            Some((_, dotted)) => (*dotted).to_owned(),
            None => {
                label.strip_prefix("microcore_").map_or_else(|| label.to_owned(), |rest| format!("microcore.{rest}"))
            }
        };
        labels.iter().map(|(label, value)| text(&dotted(label), *value)).collect()
    }

    fn point(&mut self, labels: &Labels<'_>, value: number_data_point::Value) {
        let point = NumberDataPoint {
            attributes: Self::attributes(labels),
            start_time_unix_nano: self.started,
            time_unix_nano: self.now,
            value: Some(value),
            ..NumberDataPoint::default()
        };
        match self.metrics.last_mut().and_then(|metric| metric.data.as_mut()) {
            Some(metric::Data::Gauge(gauge)) => gauge.data_points.push(point),
            Some(metric::Data::Sum(sum)) => sum.data_points.push(point),
            _ => {}
        }
    }

    fn spread(&mut self, labels: &Labels<'_>, explicit_bounds: Vec<f64>, bucket_counts: Vec<u64>, sum: f64) {
        let point = HistogramDataPoint {
            attributes: Self::attributes(labels),
            start_time_unix_nano: self.started,
            time_unix_nano: self.now,
            count: bucket_counts.iter().sum(),
            sum: Some(sum),
            bucket_counts,
            explicit_bounds,
            ..HistogramDataPoint::default()
        };
        if let Some(metric::Data::Histogram(histogram)) =
            self.metrics.last_mut().and_then(|metric| metric.data.as_mut())
        {
            histogram.data_points.push(point);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a process are far below 2^53 nanoseconds")]
fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

impl Telling for Told {
    fn family(&mut self, family: &Family) {
        let cumulative = AggregationTemporality::Cumulative as i32;
        let data = match family.kind {
            "counter" => metric::Data::Sum(Sum {
                data_points: Vec::new(),
                aggregation_temporality: cumulative,
                is_monotonic: true,
            }),
            "histogram" => {
                metric::Data::Histogram(Histogram { data_points: Vec::new(), aggregation_temporality: cumulative })
            }
            _ => metric::Data::Gauge(Gauge { data_points: Vec::new() }),
        };
        let unit = match family.unit {
            "seconds" => "s",
            "bytes" => "By",
            unit => unit,
        };
        self.metrics.push(Metric {
            name: family.dotted.to_owned(),
            description: family.help.to_owned(),
            unit: unit.to_owned(),
            data: Some(data),
            ..Metric::default()
        });
    }

    fn sample(&mut self, labels: &Labels<'_>, value: u64) {
        self.point(labels, number_data_point::Value::AsInt(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn fraction(&mut self, labels: &Labels<'_>, value: f64) {
        self.point(labels, number_data_point::Value::AsDouble(value));
    }

    fn times(&mut self, labels: &Labels<'_>, reading: &Reading) {
        // What never ran is not told.
        if reading.count() > 0 {
            let bounds = BOUNDS.iter().map(|bound| seconds(*bound)).collect();
            self.spread(labels, bounds, reading.grid.to_vec(), seconds(reading.nanos));
        }
    }

    fn sizes(&mut self, labels: &Labels<'_>, bounds: &[f64], counts: &[u64], sum: f64) {
        self.spread(labels, bounds.to_vec(), counts.to_vec(), sum);
    }
}
