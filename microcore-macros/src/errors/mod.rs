//! What went wrong: collected, worded in one grammar, reported at once.

mod nearest;
mod report;
pub(crate) mod words;

pub(crate) use self::nearest::{distance, listed, nearest};
pub(crate) use self::report::{Errors, sentence};
