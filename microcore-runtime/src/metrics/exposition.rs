//! The two text formats: that of Prometheus, 0.0.4, and `OpenMetrics`, 1.0.
//!
//! In: families and samples, in order. Out: the text. What differs: the names of counters in the lines about a family, the
//! escapes of help texts, exemplars, and the last line.

use std::fmt::Write as _;

use super::names::Family;
use crate::meter::{BOUNDS, PLACES, Reading};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `text/plain; version=0.0.4`.
    Text,
    /// `application/openmetrics-text; version=1.0.0`.
    OpenMetrics,
}

impl Format {
    /// What is asked for: `OpenMetrics` where it is named and not refused.
    pub(crate) fn wanted(accept: &str) -> Self {
        let is_named = accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_ours = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/openmetrics-text"));
            let refuses = |part: &str| {
                part.strip_prefix("q=").is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
            };
            let other =
                |part: &str| part.strip_prefix("version=").is_some_and(|version| !matches!(version, "1.0.0" | "0.0.1"));
            is_ours && !parts.any(|part| refuses(part) || other(part))
        });
        if is_named { Self::OpenMetrics } else { Self::Text }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// What is told to, family by family: one of the two texts, or a message to a collector.
pub(crate) trait Telling {
    /// Begins a family. The name of a counter ends in `_total`.
    fn family(&mut self, family: &Family);

    /// One value.
    fn sample(&mut self, labels: &Labels<'_>, value: u64);

    /// One value that is no whole number, or may be less than nothing.
    fn fraction(&mut self, labels: &Labels<'_>, value: f64);

    /// How long something took.
    fn times(&mut self, labels: &Labels<'_>, reading: &Reading);

    /// How large something was: how many stand at each bound and behind the last, and the sum.
    fn sizes(&mut self, labels: &Labels<'_>, bounds: &[f64], counts: &[u64], sum: f64);
}

/// Names and values, in order.
pub(crate) type Labels<'l> = [(&'static str, &'l str)];

/// A text that is being written.
pub(super) struct Exposition {
    format: Format,
    text: String,
    /// The family that was begun.
    name: &'static str,
}

/// The places of the bounds that are told: 1 and 5 of each decade. The page and other exporters have them all.
const TOLD: [usize; 15] = [0, 4, 6, 10, 12, 16, 18, 22, 24, 28, 30, 34, 36, 40, 42];
/// How many lines a histogram has that ever ran: the bounds, `+Inf`, the sum and the count.
pub(super) const HISTOGRAM: usize = TOLD.len() + 3;

impl Exposition {
    pub(super) fn new(format: Format) -> Self {
        Self { format, text: String::with_capacity(64 * 1024), name: "" }
    }

    pub(super) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }

    fn exemplar(&mut self, slowest: Option<crate::meter::Slowest>) {
        if let (Format::OpenMetrics, Some(slowest)) = (self.format, slowest) {
            let [high, low] = slowest.trace;
            let _ = write!(self.text, " # {{trace_id=\"{high:016x}{low:016x}\"}} {}", seconds(slowest.nanos));
        }
    }

    fn line(&mut self, suffix: &str, labels: &Labels<'_>, bound: Option<&str>) {
        self.text.push_str(self.name);
        self.text.push_str(suffix);
        let bound = bound.map(|bound| ("le", bound));
        for (place, (label, value)) in labels.iter().copied().chain(bound).enumerate() {
            self.text.push(if place == 0 { '{' } else { ',' });
            let _ = write!(self.text, "{label}=\"");
            escape(&mut self.text, value, true);
            self.text.push('"');
        }
        if !labels.is_empty() || bound.is_some() {
            self.text.push('}');
        }
    }
}

impl Telling for Exposition {
    fn family(&mut self, family: &Family) {
        let Family { name, kind, unit, help, .. } = *family;
        self.name = name;
        let name = if self.format == Format::OpenMetrics && kind == "counter" {
            name.strip_suffix("_total").unwrap_or(name)
        } else {
            name
        };
        let _ = write!(self.text, "# HELP {name} ");
        escape(&mut self.text, help, self.format == Format::OpenMetrics);
        let _ = write!(self.text, "\n# TYPE {name} {kind}\n");
        let is_told = name.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_'));
        if self.format == Format::OpenMetrics && !unit.is_empty() && is_told {
            let _ = writeln!(self.text, "# UNIT {name} {unit}");
        }
    }

    fn sample(&mut self, labels: &Labels<'_>, value: u64) {
        self.line("", labels, None);
        let _ = writeln!(self.text, " {value}");
    }

    fn fraction(&mut self, labels: &Labels<'_>, value: f64) {
        self.line("", labels, None);
        let _ = writeln!(self.text, " {value:?}");
    }

    /// The lines of a histogram of times, in seconds; of one that never ran, only the last bound.
    fn times(&mut self, labels: &Labels<'_>, reading: &Reading) {
        let count = reading.count();
        let mut slowest = reading.slowest.filter(|slowest| slowest.trace != [0, 0]);
        let (mut below, mut next) = (0, 0);
        for place in TOLD.into_iter().filter(|_| count > 0) {
            below += reading.grid[next..=place].iter().sum::<u64>();
            next = place + 1;
            self.line("_bucket", labels, Some(&seconds(BOUNDS[place])));
            let _ = write!(self.text, " {below}");
            if slowest.is_some_and(|slowest| slowest.nanos <= BOUNDS[place]) {
                self.exemplar(slowest.take());
            }
            self.text.push('\n');
        }
        self.line("_bucket", labels, Some("+Inf"));
        let _ = write!(self.text, " {count}");
        self.exemplar(slowest);
        self.text.push('\n');
        self.line("_sum", labels, None);
        let _ = writeln!(self.text, " {}", seconds(reading.nanos));
        self.line("_count", labels, None);
        let _ = writeln!(self.text, " {count}");
    }

    fn sizes(&mut self, labels: &Labels<'_>, bounds: &[f64], counts: &[u64], sum: f64) {
        let mut below = 0;
        for (bound, count) in bounds.iter().zip(counts) {
            below += count;
            self.line("_bucket", labels, Some(&format!("{bound:?}")));
            let _ = writeln!(self.text, " {below}");
        }
        let count: u64 = counts.iter().sum();
        self.line("_bucket", labels, Some("+Inf"));
        let _ = writeln!(self.text, " {count}");
        self.line("_sum", labels, None);
        let _ = writeln!(self.text, " {sum:?}");
        self.line("_count", labels, None);
        let _ = writeln!(self.text, " {count}");
    }
}

/// Both formats escape the same three characters, but help texts of the older one leave quotes alone.
fn escape(into: &mut String, text: &str, quotes: bool) {
    for character in text.chars() {
        match character {
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '"' if quotes => into.push_str("\\\""),
            other => into.push(other),
        }
    }
}

/// Exactly: nanoseconds as a decimal fraction, with one digit behind the point at least.
pub(super) fn seconds(nanos: u64) -> String {
    let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

const _: () = assert!(TOLD[TOLD.len() - 1] == PLACES - 2, "the last bound is told");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_format_is_given_where_it_is_asked_for() {
        let prometheus = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
                          text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        for (accept, wanted) in [
            ("", Format::Text),
            ("*/*", Format::Text),
            ("text/plain", Format::Text),
            ("application/openmetrics-text", Format::OpenMetrics),
            ("Application/OpenMetrics-Text; version=0.0.1, text/plain", Format::OpenMetrics),
            ("application/openmetrics-text;q=0", Format::Text),
            ("application/openmetrics-text; version=2.0.0", Format::Text),
            (prometheus, Format::OpenMetrics),
        ] {
            assert_eq!(Format::wanted(accept), wanted, "{accept}");
        }
    }

    #[test]
    fn times_are_exact() {
        for (nanos, text) in
            [(0, "0.0"), (1, "0.000000001"), (1_000, "0.000001"), (10_000_000_000, "10.0"), (1_500_000_000, "1.5")]
        {
            assert_eq!(seconds(nanos), text);
        }
    }

    #[test]
    fn one_and_five_of_each_decade_are_told() {
        let told = TOLD.map(|place| BOUNDS[place].to_string());
        assert!(told.iter().all(|bound| bound.trim_end_matches('0') == "1" || bound.trim_end_matches('0') == "5"));
    }
}
