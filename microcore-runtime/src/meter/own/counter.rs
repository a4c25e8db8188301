//! What only grows.

use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

use super::{Labels, Named, OwnMeter, OwnSeries, OwnValue};
use crate::meter::Tally;

/// Counts something, by a label where it has one.
pub struct Counter<L = ()> {
    /// Made when it is first counted in: each place has a line of the cache per thread.
    places: OnceLock<Box<[Tally]>>,
    label: PhantomData<fn(L)>,
}

impl<L: Labels> Counter<L> {
    /// Nothing was counted yet.
    #[allow(clippy::declare_interior_mutable_const, reason = "what a static begins with, and never used in place")]
    pub const NEW: Self = Self { places: OnceLock::new(), label: PhantomData };

    /// One more of these.
    #[inline]
    pub fn add(&self, label: L) {
        self.add_many(1, label);
    }

    /// So many more of these.
    #[inline]
    pub fn add_many(&self, more: u64, label: L) {
        if cfg!(feature = "observe") {
            self.places.get_or_init(|| (0..L::PLACES).map(|_| Tally::NEW).collect())[label.at()].add(more);
        }
    }

    /// What was counted, by label; what never was is not there, but for a counter without one.
    pub fn read(&self) -> Vec<(Named, u64)> {
        let places = self.places.get().map(|places| &**places).unwrap_or_default();
        let counted = |place: usize| places.get(place).map_or(0, Tally::read);
        let all = (0..L::PLACES).map(|place| (L::named(place), counted(place)));
        all.filter(|(labels, count)| *count > 0 || labels.is_empty()).collect()
    }
}

impl Counter {
    /// One more.
    #[inline]
    pub fn increment(&self) {
        self.add(());
    }

    /// So many more.
    #[inline]
    pub fn increase(&self, by: u64) {
        self.add_many(by, ());
    }
}

impl<L: Labels> OwnMeter for Counter<L> {
    const KIND: &'static str = "counter";
    const LABELS: &'static [&'static str] = L::NAMES;
    const PLACES: usize = L::PLACES;

    fn series(&self) -> Vec<OwnSeries> {
        let all = self.read().into_iter();
        all.map(|(labels, count)| OwnSeries { labels, value: OwnValue::Count(count) }).collect()
    }
}

impl<L> fmt::Debug for Counter<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counter")
    }
}
