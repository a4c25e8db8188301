//! The meters as text for Prometheus and whatever reads the same: `/metrics`.
//!
//! In: the meters of an application, how its subscribers stand, what of it is off. Out: the text of one of the two
//! formats (`exposition.rs`), and the list of all names (`names.rs`), which the command `metrics` prints. Nothing is kept
//! between two scrapes, so a text costs nothing where nobody asks for it.

mod exposition;
mod families;
mod names;
mod process;
#[cfg(test)]
mod tests;
mod top;

pub(crate) use self::exposition::Format;
#[cfg(feature = "otlp")]
pub(crate) use self::exposition::{Labels, Telling};
#[cfg(feature = "otlp")]
pub(crate) use self::families::tell;
pub(crate) use self::families::{Seen, text};
pub(crate) use self::names::own;
pub use self::names::{Family, LIMIT, families, series};
pub(crate) use self::top::{Row, Top};
