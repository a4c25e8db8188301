//! Messages of OTLP: what is the same in all of them, and how they are packed.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1 as proto;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;

use super::OtlpSettings;
use super::settings::Coding;
use crate::context::Id;
use crate::manifest::Manifest;

/// Spans and lines of one message at most.
pub(super) const MOST: usize = 512;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    Traces,
    Metrics,
    Logs,
}

/// A message, packed.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) signal: Signal,
    pub(super) body: Bytes,
    /// How many records are in it, for what is said where it is lost.
    pub(super) records: u64,
    /// Whether a later one of its kind says all that it says.
    pub(super) is_whole: bool,
}

/// A named value.
pub(super) fn pair(key: &str, value: impl Into<any_value::Value>) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value.into()) }), ..KeyValue::default() }
}

/// A named text.
pub(super) fn text(key: &str, value: impl Into<String>) -> KeyValue {
    pair(key, any_value::Value::StringValue(value.into()))
}

/// A named whole number.
pub(super) fn number(key: &str, value: i64) -> KeyValue {
    pair(key, any_value::Value::IntValue(value))
}

/// The process that sends, and how its messages are packed.
#[derive(Debug)]
pub(super) struct Resource {
    described: proto::Resource,
    scope: InstrumentationScope,
    packed: bool,
}

impl Resource {
    pub(super) fn of(settings: &OtlpSettings, manifest: &Manifest) -> Self {
        let given = settings.resource_attributes.clone().unwrap_or_default().0;
        let named = |key: &str| given.iter().find(|(given, _)| given == key).map(|(_, value)| value.clone());
        let name = settings.service_name.clone().filter(|name| !name.is_empty()).or_else(|| named("service.name"));
        let process = Id::make().to_string();
        let mut attributes = vec![
            text("service.name", name.unwrap_or_else(|| manifest.name.to_owned())),
            text("service.version", named("service.version").unwrap_or_else(|| manifest.version.to_owned())),
            text(
                "service.instance.id",
                named("service.instance.id")
                    .unwrap_or_else(|| process.split('-').next().unwrap_or_default().to_owned()),
            ),
            text("telemetry.sdk.name", "microcore"),
            text("telemetry.sdk.language", "rust"),
            text("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ];
        let others = given.iter().filter(|(key, _)| !attributes.iter().any(|own| own.key == *key)).collect::<Vec<_>>();
        attributes.extend(others.into_iter().map(|(key, value)| text(key, value.clone())).collect::<Vec<_>>());
        Self {
            described: proto::Resource { attributes, ..proto::Resource::default() },
            scope: InstrumentationScope {
                name: "microcore".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                ..InstrumentationScope::default()
            },
            packed: settings.compression == Coding::Gzip,
        }
    }

    pub(super) fn traces(&self, spans: Vec<Span>) -> Message {
        let records = spans.len() as u64;
        let scope = ScopeSpans { scope: Some(self.scope.clone()), spans, ..ScopeSpans::default() };
        let resource = Some(self.described.clone());
        let all = ResourceSpans { resource, scope_spans: vec![scope], ..ResourceSpans::default() };
        let request = ExportTraceServiceRequest { resource_spans: vec![all] };
        self.message(Signal::Traces, &request.encode_to_vec(), records)
    }

    pub(super) fn logs(&self, log_records: Vec<LogRecord>) -> Message {
        let records = log_records.len() as u64;
        let scope = ScopeLogs { scope: Some(self.scope.clone()), log_records, ..ScopeLogs::default() };
        let resource = Some(self.described.clone());
        let all = ResourceLogs { resource, scope_logs: vec![scope], ..ResourceLogs::default() };
        let request = ExportLogsServiceRequest { resource_logs: vec![all] };
        self.message(Signal::Logs, &request.encode_to_vec(), records)
    }

    pub(super) fn metrics(&self, metrics: Vec<Metric>) -> Message {
        let scope = ScopeMetrics { scope: Some(self.scope.clone()), metrics, ..ScopeMetrics::default() };
        let resource = Some(self.described.clone());
        let all = ResourceMetrics { resource, scope_metrics: vec![scope], ..ResourceMetrics::default() };
        let request = ExportMetricsServiceRequest { resource_metrics: vec![all] };
        self.message(Signal::Metrics, &request.encode_to_vec(), 1)
    }

    fn message(&self, signal: Signal, encoded: &[u8], records: u64) -> Message {
        let body = if self.packed { packed(encoded) } else { encoded.to_vec() };
        Message { signal, body: body.into(), records, is_whole: signal == Signal::Metrics }
    }

    /// What the header `content-encoding` says.
    pub(super) fn coding(settings: &OtlpSettings) -> Option<&'static str> {
        (settings.compression == Coding::Gzip).then_some("gzip")
    }
}

fn packed(encoded: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(encoded.len() / 4), Compression::fast());
    // Writing to memory can't fail.
    let _ = gzip.write_all(encoded);
    gzip.finish().unwrap_or_default()
}
