//! Two scrapes of `/metrics` as one view of what the application does now: what `top` shows.
//!
//! In: the texts, and the time between them. Out: rates, and times within which so many requests were answered.

use std::collections::BTreeMap;

use serde::Serialize;

use super::names::{ACTIVE, DATABASE, DEAD, HTTP, LAG, MEMORY, PLUGIN_UP, PROCESS, REQUESTS, TOOL_UP};

/// What the application did between the two.
#[derive(Debug, Serialize)]
pub(crate) struct Top {
    /// Requests per second, all together.
    pub(crate) requests_per_second: f64,
    /// Resident memory in bytes.
    pub(crate) memory: f64,
    /// Deliveries that are accepted and not begun.
    pub(crate) lag: f64,
    /// Dead letters.
    pub(crate) dead: f64,
    /// Tools and plugins that are off.
    pub(crate) off: Vec<String>,
    /// Routes that were asked since the start, the busiest first.
    pub(crate) routes: Vec<Row>,
    /// Subscribers.
    pub(crate) subscribers: Vec<Row>,
    /// Statements.
    pub(crate) statements: Vec<Row>,
}

/// One route, subscriber or statement.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Since the start of the process.
    pub(crate) count: f64,
    /// Between the two scrapes.
    pub(crate) per_second: f64,
    /// Answers with 5xx since the start; of routes only.
    pub(crate) failed: f64,
    /// Being answered now; of routes only.
    pub(crate) active: f64,
    /// Half of all since the start took at most so long, in seconds.
    pub(crate) p50: Option<f64>,
    /// 99 of 100.
    pub(crate) p99: Option<f64>,
}

impl Top {
    pub(crate) fn of(earlier: &str, later: &str, seconds: f64) -> Self {
        let (earlier, later) = (Samples::of(earlier), Samples::of(later));
        let rows = |family: &str, labels: [&str; 2]| rows(&earlier, &later, seconds, family, labels);
        let routes = rows(HTTP.name, ["http_request_method", "http_route"]);
        let down = [(TOOL_UP.name, "tool"), (PLUGIN_UP.name, "plugin")].into_iter().flat_map(|(family, label)| {
            let down = later.of_family(family).filter(|sample| sample.value == 0.0);
            down.map(move |sample| format!("{label} {}", sample.label(label))).collect::<Vec<_>>()
        });
        Self {
            requests_per_second: total(routes.iter().map(|row| row.per_second)),
            memory: later.sum(MEMORY.name),
            lag: later.sum(LAG.name),
            dead: later.sum(DEAD.name),
            off: down.collect(),
            routes,
            subscribers: rows(PROCESS.name, ["messaging_destination_name", "messaging_consumer_group_name"]),
            statements: rows(DATABASE.name, ["microcore_plugin", "microcore_statement"]),
        }
    }
}

/// The sum of nothing is zero; `Iterator::sum` makes it minus zero, which is printed as such.
fn total(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, |sum, number| sum + number)
}

fn rows(earlier: &Samples, later: &Samples, seconds: f64, family: &str, labels: [&str; 2]) -> Vec<Row> {
    let counts = |samples: &Samples| -> BTreeMap<[String; 2], f64> {
        let count = format!("{family}_count");
        let counts = samples.of_family(&count);
        counts.map(|sample| (labels.map(|label| sample.label(label).to_owned()), sample.value)).collect()
    };
    let before = counts(earlier);
    let mut rows: Vec<Row> = counts(later)
        .into_iter()
        .filter(|(_, count)| *count > 0.0)
        .map(|(key, count)| {
            let is_of = |sample: &Sample| labels.iter().zip(&key).all(|(label, value)| sample.label(label) == value);
            let sum = |name: &str, asked: &dyn Fn(&Sample) -> bool| {
                total(later.of_family(name).filter(|sample| is_of(sample) && asked(sample)).map(|sample| sample.value))
            };
            let is_http = family == HTTP.name;
            let bucket = format!("{family}_bucket");
            let mut buckets: Vec<(f64, f64)> = later
                .of_family(&bucket)
                .filter(|sample| is_of(sample))
                .map(|sample| (sample.label("le").parse().unwrap_or(f64::INFINITY), sample.value))
                .collect();
            buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
            Row {
                per_second: (count - before.get(&key).copied().unwrap_or(0.0)).max(0.0) / seconds,
                failed: if is_http {
                    sum(REQUESTS.name, &|sample| sample.label("http_response_status_code").starts_with('5'))
                } else {
                    0.0
                },
                active: if is_http { sum(ACTIVE.name, &|_| true) } else { 0.0 },
                p50: within(&buckets, 0.5),
                p99: within(&buckets, 0.99),
                name: key.join(" ").trim().to_owned(),
                count,
            }
        })
        .collect();
    rows.sort_by(|one, other| other.per_second.total_cmp(&one.per_second).then(other.count.total_cmp(&one.count)));
    rows
}

/// Between two bounds in proportion; what is above the last is that.
fn within(buckets: &[(f64, f64)], part: f64) -> Option<f64> {
    let count = buckets.last()?.1;
    let rank = part * count;
    let (mut lower, mut below) = (0.0, 0.0);
    for (bound, reached) in buckets {
        if *reached >= rank && count > 0.0 {
            if bound.is_infinite() {
                return Some(lower);
            }
            let here = reached - below;
            return Some(if here > 0.0 { lower + (bound - lower) * (rank - below) / here } else { *bound });
        }
        (lower, below) = (*bound, *reached);
    }
    None
}

/// What a text says.
#[derive(Debug)]
pub(super) struct Samples(Vec<Sample>);

/// One line of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: f64,
}

impl Sample {
    fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| label == name).map_or("", |(_, value)| value)
    }

    /// Of one line; `None` of what is no sample.
    fn read(line: &str) -> Option<Self> {
        let end = line.find(['{', ' '])?;
        let (name, mut rest) = line.split_at(end);
        let mut labels = Vec::new();
        if let Some(inside) = rest.strip_prefix('{') {
            rest = inside;
            while let Some((label, value)) = rest.split_once("=\"") {
                let (value, after) = unescape(value)?;
                labels.push((label.trim_start_matches(',').to_owned(), value));
                rest = after;
                if let Some(after) = rest.strip_prefix('}') {
                    rest = after;
                    break;
                }
            }
        }
        Some(Self { name: name.to_owned(), labels, value: rest.split_whitespace().next()?.parse().ok()? })
    }
}

/// The text up to the quote that ends it, and what follows.
fn unescape(text: &str) -> Option<(String, &str)> {
    let (mut value, mut characters) = (String::new(), text.char_indices());
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[place + 1..])),
            '\\' => value.push(match characters.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => value.push(other),
        }
    }
    None
}

impl Samples {
    pub(super) fn of(text: &str) -> Self {
        Self(text.lines().filter(|line| !line.starts_with('#')).filter_map(Sample::read).collect())
    }

    pub(super) fn of_family(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.0.iter().filter(move |sample| sample.name == name)
    }

    fn sum(&self, name: &str) -> f64 {
        total(self.of_family(name).map(|sample| sample.value))
    }
}
