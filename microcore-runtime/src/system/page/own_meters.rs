//! What plugins count themselves, as a part of `/system/api/meters`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::manifest::{Manifest, PluginFacts};
use crate::meter::{OwnFacts, OwnMetered, OwnSeries, OwnValue};
use crate::metrics::own;

/// A meter of a plugin's own.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemOwnMeter")]
pub(super) struct OwnView {
    /// As in `/metrics`.
    name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    kind: &'static str,
    unit: &'static str,
    help: &'static str,
    /// The plugins that have it.
    plugins: Vec<&'static str>,
    series: Vec<OwnSeriesView>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemOwnSeries")]
struct OwnSeriesView {
    /// `country=at, way=web`; nothing where there is no label.
    labels: String,
    /// What was counted, or how many were observed.
    value: i64,
    /// Of a histogram: all of them added up.
    sum: Option<f64>,
    /// Of a histogram: its bounds, and how many stand at each and behind the last.
    bounds: Vec<f64>,
    counts: Vec<u64>,
}

/// Every meter of every plugin, each struct once.
pub(super) fn view(manifest: &Manifest) -> Vec<OwnView> {
    own(manifest).flat_map(|metered| views(manifest, &metered)).collect()
}

fn views(manifest: &Manifest, metered: &OwnMetered) -> Vec<OwnView> {
    let has = |plugin: &&PluginFacts| plugin.meters.is_some_and(|own| own.home == metered.home);
    let plugins: Vec<_> = manifest.plugins.iter().filter(has).map(|plugin| plugin.identity.name).collect();
    let view = |(facts, series): (&OwnFacts, Vec<OwnSeries>)| {
        let OwnFacts { name, kind, unit, help, .. } = *facts;
        let series = series.into_iter().map(OwnSeriesView::of).collect();
        OwnView { name, kind, unit, help, plugins: plugins.clone(), series }
    };
    metered.facts.iter().zip((metered.read)()).map(view).collect()
}

impl OwnSeriesView {
    fn of(series: OwnSeries) -> Self {
        let labels: Vec<String> = series.labels.iter().map(|(label, value)| format!("{label}={value}")).collect();
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (value, sum, bounds, counts) = match series.value {
            OwnValue::Count(count) => (whole(count), None, &[][..], Vec::new()),
            OwnValue::Level(level) => (level, None, &[][..], Vec::new()),
            OwnValue::Spread { bounds, counts, sum } => (whole(counts.iter().sum()), Some(sum), bounds, counts),
        };
        Self { labels: labels.join(", "), value, sum, bounds: bounds.to_vec(), counts }
    }
}
