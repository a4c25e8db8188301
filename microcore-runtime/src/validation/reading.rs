//! What may be read as a whole: a body, a form, a query, a message of a socket. In: a type. Out: how it is read, and
//! what the manifest says.

use std::fmt;

use crate::json::{Unread, read_json};
use crate::manifest::{InputFacts, ShapeOf};
use crate::response::schema_of;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A type that a handler takes as `body`, as `form`, as `query`, or from its socket.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be an input: derive `Deserialize` and `Schema`",
    label = "not an input",
    note = "bodies and messages are JSON, and their schema is in the manifest and in OpenAPI"
)]
pub trait Readable: Sized {
    /// Of its JSON.
    const READ: fn(&[u8]) -> Result<Self, Unread>;
    /// Whether a request without a body is a value: what takes `null` may be absent.
    const MAY_BE_ABSENT: fn() -> bool;
    /// Its JSON Schema.
    const SHAPE: ShapeOf;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> Readable for T {
    const MAY_BE_ABSENT: fn() -> bool = || read_json::<T>(b"null").is_ok();
    const READ: fn(&[u8]) -> Result<Self, Unread> = read_json::<T>;
    const SHAPE: ShapeOf = schema_of::<T>;
}

/// How an input is read, and what the manifest says of it.
pub struct Reading<T> {
    /// Of its JSON.
    pub read: fn(&[u8]) -> Result<T, Unread>,
    may_be_absent: fn() -> bool,
    shape: ShapeOf,
}

impl<T> Reading<T> {
    /// For the manifest.
    pub const fn facts(&self, name: &'static str, place: &'static str) -> InputFacts {
        InputFacts { name, place, may_be_absent: self.may_be_absent, shape: self.shape }
    }
}

/// All of it at once: generated code says this wherever it needs some of it, so that a type that can't be read is one
/// error.
pub const fn reading<T: Readable>() -> Reading<T> {
    Reading { read: T::READ, may_be_absent: T::MAY_BE_ABSENT, shape: T::SHAPE }
}

impl<T> fmt::Debug for Reading<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}
