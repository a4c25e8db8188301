//! A plugin's own meters: what only its author knows is worth counting.
//!
//! In: a struct with `derive(Meters)`, which a plugin names as it names its settings, `meter: Meter<Orders>`. Out: series
//! for `/metrics` and the pages. There is one static per struct, and every value of a label is a variant of an enum, so
//! the number of series is known when the application is compiled.

mod counter;
mod gauge;
mod histogram;
mod label;
#[cfg(all(test, feature = "observe"))]
mod tests;

use std::fmt;
use std::ops::Deref;

pub use self::counter::Counter;
pub use self::gauge::Gauge;
pub use self::histogram::Histogram;
pub use self::label::{Label, Labels};

/// The meters of a struct: the type of a constructor's parameter named `meter`.
///
/// ```
/// use microcore_runtime::meter::{Counter, Meter};
/// # use microcore_macros::Meters;
/// # extern crate microcore_runtime as microcore;
///
/// #[derive(Meters)]
/// pub struct Orders {
///     /// Orders placed.
///     placed: Counter,
/// }
///
/// fn main() {
///     // As in the test of a plugin: nobody else counts here.
///     let meter = Meter::<Orders>::alone();
///     meter.placed.increment();
/// #   #[cfg(feature = "observe")]
///     assert!(meter.placed.read().iter().all(|(_label, count)| *count == 1));
/// }
/// ```
pub struct Meter<Section: 'static>(&'static Section);

impl<Section: OwnMeters> Meter<Section> {
    /// Those that `/metrics` shows.
    pub fn shown() -> Self {
        Self(Section::shown())
    }

    /// Some that nobody else counts in, for the test of a plugin; they live as long as the process.
    pub fn alone() -> Self {
        Self(Box::leak(Box::new(Section::NEW)))
    }
}

impl<Section> Clone for Meter<Section> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Section> Copy for Meter<Section> {}

impl<Section> Deref for Meter<Section> {
    type Target = Section;

    fn deref(&self) -> &Section {
        self.0
    }
}

impl<Section> fmt::Debug for Meter<Section> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}

/// What `derive(Meters)` implements.
pub trait OwnMeters: Sync + Sized + 'static {
    /// Where the struct stands, and what it is called.
    const HOME: &'static str;
    /// What is known of each field, in their order.
    const FACTS: &'static [OwnFacts];
    /// Nothing was counted yet.
    const NEW: Self;

    /// The one that the application counts in.
    fn shown() -> &'static Self;

    /// What was counted, in the order of the facts.
    fn read(&self) -> Vec<Vec<OwnSeries>>;
}

/// What the compiler knows of a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnFacts {
    /// As it stands in `/metrics`: `orders_placed_total`.
    pub name: &'static str,
    /// As OpenTelemetry writes it: `orders.placed`.
    pub dotted: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// `eur`; nothing where it has none.
    pub unit: &'static str,
    /// The first sentence of its documentation.
    pub help: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// How many series it is at most.
    pub series: usize,
}

/// The names of labels, each with its value.
pub type Named = Vec<(&'static str, &'static str)>;

/// One series of a meter.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnSeries {
    /// The labels and their values.
    pub labels: Named,
    /// What was counted.
    pub value: OwnValue,
}

/// The value of a series.
#[derive(Debug, Clone, PartialEq)]
pub enum OwnValue {
    /// Of a counter.
    Count(u64),
    /// Of a gauge.
    Level(i64),
    /// Of a histogram: how many did not pass each bound, and how many passed the last.
    Spread {
        /// The bounds.
        bounds: &'static [f64],
        /// How many stand at each; one more than there are bounds.
        counts: Vec<u64>,
        /// All of them added up.
        sum: f64,
    },
}

/// The type of a field: what its facts are made of.
pub trait OwnMeter {
    /// `counter`, `gauge` or `histogram`.
    const KIND: &'static str;
    /// The names of its labels.
    const LABELS: &'static [&'static str];
    /// How many places its labels have.
    const PLACES: usize;

    /// What was counted.
    fn series(&self) -> Vec<OwnSeries>;
}

/// The meters of a plugin, in the manifest.
#[derive(Debug, Clone, Copy)]
pub struct OwnMetered {
    /// Where the struct stands, and what it is called: plugins may share one.
    pub home: &'static str,
    /// What is known of each meter.
    pub facts: &'static [OwnFacts],
    /// What was counted, in the same order.
    pub read: fn() -> Vec<Vec<OwnSeries>>,
}

/// What generated code asks of the type of a constructor's parameter named `meter`.
#[diagnostic::on_unimplemented(
    message = "`meter` must be the plugin's own meters, and not `{Self}`",
    label = "no `Meter` of a struct with `derive(Meters)`",
    note = "write `meter: Meter<Orders>` with `#[derive(Meters)] pub struct Orders {{ placed: Counter }}`"
)]
pub trait OwnSection {
    /// What the manifest has of it.
    const METERED: OwnMetered;

    /// What the plugin gets.
    fn given() -> Self;
}

impl<Section: OwnMeters> OwnSection for Meter<Section> {
    const METERED: OwnMetered =
        OwnMetered { home: Section::HOME, facts: Section::FACTS, read: || Section::shown().read() };

    fn given() -> Self {
        Self::shown()
    }
}

/// Stops the build where two structs have a meter of one name: they would be one series. One struct is several plugins'
/// as it is.
///
/// # Panics
///
/// Then. It runs while the application is compiled.
pub const fn share_no_name(of: &OwnMetered, and: &OwnMetered) {
    if is_same(of.home, and.home) {
        return;
    }
    let (ones, others) = (of.facts, and.facts);
    let mut one = 0;
    while one < ones.len() {
        let mut other = 0;
        while other < others.len() {
            assert!(
                !is_same(ones[one].name, others[other].name),
                "two structs with `derive(Meters)` have a meter of one name; write `#[meters(prefix = \"…\")]` on one of them"
            );
            other += 1;
        }
        one += 1;
    }
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    true
}
