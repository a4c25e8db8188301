//! How large things are: how many stand between which bounds.

use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Labels, Named, OwnMeter, OwnSeries, OwnValue};
use crate::meter::Tally;

/// Sizes of something by bounds, and by a label where it has one.
pub struct Histogram<L = ()> {
    bounds: &'static [f64],
    /// Made when something is first observed.
    places: OnceLock<Box<[Spread]>>,
    label: PhantomData<fn(L)>,
}

struct Spread {
    counts: Box<[Tally]>,
    /// The bits of the sum.
    sum: AtomicU64,
}

impl<L: Labels> Histogram<L> {
    /// One with these bounds, which grow; `derive(Meters)` has them of the field's attribute.
    pub const fn bounded(bounds: &'static [f64]) -> Self {
        Self { bounds, places: OnceLock::new(), label: PhantomData }
    }

    /// One of these is so large.
    pub fn observe_of(&self, size: f64, label: L) {
        if !cfg!(feature = "observe") {
            return;
        }
        let spread = || Spread {
            counts: (0..=self.bounds.len()).map(|_| Tally::NEW).collect(),
            sum: AtomicU64::new(0.0_f64.to_bits()),
        };
        let spread = &self.places.get_or_init(|| (0..L::PLACES).map(|_| spread()).collect())[label.at()];
        // What is no number stands behind the last bound, and is in no sum.
        spread.counts[self.bounds.iter().position(|bound| size <= *bound).unwrap_or(self.bounds.len())].add(1);
        if size.is_finite() {
            let more = |sum: u64| Some((f64::from_bits(sum) + size).to_bits());
            let _ = spread.sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        }
    }

    /// By label, how many stand at each bound and behind the last, and the sum; nothing where nothing was observed.
    pub fn read(&self) -> Vec<(Named, Vec<u64>, f64)> {
        let places = self.places.get().map(|places| &**places).unwrap_or_default();
        let read = places.iter().enumerate().map(|(place, spread)| {
            let counts: Vec<u64> = spread.counts.iter().map(Tally::read).collect();
            (L::named(place), counts, f64::from_bits(spread.sum.load(Ordering::Relaxed)))
        });
        read.filter(|(_, counts, _)| counts.iter().any(|count| *count > 0)).collect()
    }
}

impl Histogram {
    /// One is so large.
    pub fn observe(&self, size: f64) {
        self.observe_of(size, ());
    }
}

impl<L: Labels> OwnMeter for Histogram<L> {
    const KIND: &'static str = "histogram";
    const LABELS: &'static [&'static str] = L::NAMES;
    const PLACES: usize = L::PLACES;

    fn series(&self) -> Vec<OwnSeries> {
        let all = self.read().into_iter();
        let series = all.map(|(labels, counts, sum)| {
            let value = OwnValue::Spread { bounds: self.bounds, counts, sum };
            OwnSeries { labels, value }
        });
        series.collect()
    }
}

impl<L> fmt::Debug for Histogram<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Histogram").field("bounds", &self.bounds).finish_non_exhaustive()
    }
}
