//! What rings of records are made of: places without a lock, names as numbers, ids as words.
//!
//! In: words. Out: the same words, whole, or nothing. Nobody who writes waits for anybody.

mod ids;
mod names;
mod slot;

pub(crate) use self::ids::{IdPlaces, LONG, NONE, SHORT};
pub(crate) use self::names::Names;
pub(crate) use self::slot::{Slot, Word, Writing};
