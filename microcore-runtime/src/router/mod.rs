//! What the generated router calls: splitting the path, and the answers where no handler is called.

mod answer;
mod segments;

pub use self::answer::{method_not_allowed, not_found, options, unavailable};
pub use self::segments::Segments;
