//! How generated code calls a handler: as a future that is `Send`, or on the blocking pool.

mod answer;
mod blocking;
mod interceptor;
mod sendable;

pub use self::answer::{FormBody, JsonBody, RawBody, ReadBody, TextBody, answer, answer_body, answer_head};
pub use self::blocking::on_blocking_pool;
pub use self::interceptor::{Next, Route, Work, WorkFacts, known, must_be_known};
pub use self::sendable::sendable;
