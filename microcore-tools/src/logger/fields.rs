//! The fields of a line: a list that is known to the compiler, so that a line that is not written makes nothing of it.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The fields of a line, in the order in which they were given.
///
/// ```
/// use microcore_tools::logger::{Fields, Line, With};
///
/// /// What every line about an order has: `of_order(self.logger.with("shop", 3), id).info("paid")`.
/// fn of_order<F: Fields>(line: Line<F>, id: i64) -> Line<With<F, i64>> {
///     line.with("order", id)
/// }
/// ```
pub trait Fields {
    /// How many there are.
    const COUNT: usize;

    /// Writes each as a member of a map.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl Fields for () {
    const COUNT: usize = 0;

    fn write<M: SerializeMap>(&self, _map: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

/// The fields of `F`, and one more.
#[derive(Debug, Clone)]
pub struct With<F, V> {
    before: F,
    name: &'static str,
    value: V,
}

impl<F, V> With<F, V> {
    pub(super) fn new(before: F, name: &'static str, value: V) -> Self {
        Self { before, name, value }
    }
}

impl<F: Fields, V: Serialize> Fields for With<F, V> {
    const COUNT: usize = F::COUNT + 1;

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.before.write(map)?;
        map.serialize_entry(self.name, &self.value)
    }
}

/// As what a line is written from: JSON, or nothing where there are no fields.
pub(super) trait AsJson {
    fn as_json(&self) -> Option<String>;
}

struct Members<'f, F>(&'f F);

impl<F: Fields> Serialize for Members<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(F::COUNT))?;
        self.0.write(&mut map)?;
        map.end()
    }
}

impl<F: Fields> AsJson for F {
    fn as_json(&self) -> Option<String> {
        // A value that can't be written says so in its place: the line must not be lost.
        (F::COUNT > 0).then(|| match serde_json::to_string(&Members(self)) {
            Ok(text) => text,
            Err(error) => serde_json::json!({ "unwritable": error.to_string() }).to_string(),
        })
    }
}
