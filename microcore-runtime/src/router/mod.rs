//! What the generated router calls: splitting the path, and the answers where no handler is called.

mod answer;
mod encoded;
mod methods;
mod segments;

pub(crate) use self::answer::is_unrouted;
pub use self::answer::{method_not_allowed, no_route, not_found, unavailable};
pub(crate) use self::encoded::encoded;
pub use self::encoded::spells;
pub use self::methods::Methods;
pub use self::segments::Segments;
