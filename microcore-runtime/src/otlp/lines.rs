//! Lines of the log as records of OTLP.

use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, SeverityNumber};

use super::messages::{MOST, text};
use crate::context::Id;
use crate::event::wall_clock_nanos;
use crate::record::{LogLine, lines_after, newest_line};

/// How far the lines are read.
#[derive(Debug)]
pub(super) struct Position {
    last: u64,
    lost: u64,
}

impl Position {
    pub(super) fn now() -> Self {
        Self { last: newest_line(), lost: 0 }
    }

    /// What was lost since the last time that somebody asked.
    pub(super) fn lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }

    /// What has come, in messages of bounded size.
    pub(super) fn next(&mut self) -> Vec<Vec<LogRecord>> {
        let lines = lines_after(self.last);
        let last = lines.last().map_or(self.last, |line| line.number);
        self.lost += (last - self.last).saturating_sub(lines.len() as u64);
        self.last = last;
        let observed = wall_clock_nanos();
        let records: Vec<LogRecord> = lines.iter().map(|line| record(line, observed)).collect();
        records.chunks(MOST).map(<[LogRecord]>::to_vec).collect()
    }
}

fn record(line: &LogLine, observed: u64) -> LogRecord {
    let severity = match line.level.as_str() {
        "ERROR" => SeverityNumber::Error,
        "WARN" => SeverityNumber::Warn,
        "INFO" => SeverityNumber::Info,
        "DEBUG" => SeverityNumber::Debug,
        _ => SeverityNumber::Trace,
    };
    let id = |text: &Option<String>| text.as_deref().and_then(Id::adopt);
    let trace = id(&line.origin).map(|origin| origin.trace());
    let span = id(&line.id).map(|own| own.span_of(line.attempt, line.by.as_deref()));
    let mut attributes = vec![text("microcore.source", line.source.clone())];
    if !line.fields.is_empty() {
        attributes.push(text("microcore.fields", line.fields.clone()));
    }
    LogRecord {
        time_unix_nano: line.time.saturating_mul(1_000_000),
        observed_time_unix_nano: observed,
        severity_number: severity as i32,
        severity_text: line.level.clone(),
        body: Some(AnyValue { value: Some(any_value::Value::StringValue(line.message.clone())) }),
        attributes,
        trace_id: trace.map(|trace| trace.into_iter().flat_map(u64::to_be_bytes).collect()).unwrap_or_default(),
        span_id: span.map(|span| span.to_be_bytes().to_vec()).unwrap_or_default(),
        flags: u32::from(span.is_some()),
        ..LogRecord::default()
    }
}
