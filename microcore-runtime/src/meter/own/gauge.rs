//! What goes up and down.

use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use super::{Labels, Named, OwnMeter, OwnSeries, OwnValue};

/// How much of something there is, by a label where it has one.
///
/// ```
/// use microcore_runtime::meter::Gauge;
///
/// static OPEN: Gauge = Gauge::NEW;
///
/// OPEN.set(3);
/// OPEN.move_by(-1);
/// assert!(OPEN.read().iter().all(|(_label, level)| *level == 2));
/// ```
pub struct Gauge<L = ()> {
    /// Made when it is first set. One word each: who sets one knows its whole value.
    places: OnceLock<Box<[AtomicI64]>>,
    label: PhantomData<fn(L)>,
}

impl<L: Labels> Gauge<L> {
    /// Nothing was set yet.
    #[allow(clippy::declare_interior_mutable_const, reason = "what a static begins with, and never used in place")]
    pub const NEW: Self = Self { places: OnceLock::new(), label: PhantomData };

    fn place(&self, label: L) -> &AtomicI64 {
        &self.places.get_or_init(|| (0..L::PLACES).map(|_| AtomicI64::new(0)).collect())[label.at()]
    }

    /// So much there is of these.
    pub fn set_of(&self, level: i64, label: L) {
        if cfg!(feature = "observe") {
            self.place(label).store(level, Ordering::Relaxed);
        }
    }

    /// So much more of these, or less.
    pub fn move_of(&self, by: i64, label: L) {
        if cfg!(feature = "observe") {
            self.place(label).fetch_add(by, Ordering::Relaxed);
        }
    }

    /// How much there is, by label; nothing where nobody has said so yet.
    pub fn read(&self) -> Vec<(Named, i64)> {
        let places = self.places.get().map(|places| &**places).unwrap_or_default();
        let levels = places.iter().map(|level| level.load(Ordering::Relaxed));
        levels.enumerate().map(|(place, level)| (L::named(place), level)).collect()
    }
}

impl Gauge {
    /// So much there is.
    pub fn set(&self, level: i64) {
        self.set_of(level, ());
    }

    /// So much more, or less.
    pub fn move_by(&self, by: i64) {
        self.move_of(by, ());
    }
}

impl<L: Labels> OwnMeter for Gauge<L> {
    const KIND: &'static str = "gauge";
    const LABELS: &'static [&'static str] = L::NAMES;
    const PLACES: usize = L::PLACES;

    fn series(&self) -> Vec<OwnSeries> {
        let all = self.read().into_iter();
        all.map(|(labels, level)| OwnSeries { labels, value: OwnValue::Level(level) }).collect()
    }
}

impl<L> fmt::Debug for Gauge<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gauge")
    }
}
