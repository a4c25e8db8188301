//! What went wrong: collected, worded in one grammar, reported at once.

mod nearest;
mod report;

pub(crate) use self::nearest::{listed, nearest};
pub(crate) use self::report::{Errors, sentence};
