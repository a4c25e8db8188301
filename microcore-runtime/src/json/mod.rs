//! JSON, in and out. Of what a client sent: bytes and a type become the value, or why there is none, in our own words. Of
//! what it gets: values become bytes (`writer`, `text`).
//!
//! `serde_json` reads what is right. What is wrong is read again, by a reader of our own that knows where it is, and never
//! repeats what the client sent.

mod node;
mod reader;
mod refusal;
mod text;
mod writer;

#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::Value;

use self::node::Node;
use self::reader::read;
pub use self::text::write_text;
pub(crate) use self::writer::write_json;
use crate::error::FieldError;
use crate::scalar::{Leaf, LeafSeed};

/// Why a JSON text did not become a value.
#[derive(Debug)]
pub enum Unread {
    /// It is not JSON, and where it stops being.
    Malformed(serde_json::Error),
    /// It is JSON of another shape.
    Refused {
        /// What was sent, for the search for all of its mistakes. A number that no float can hold is an object here.
        value: Value,
        /// The first mistake.
        first: Box<FieldError>,
    },
}

/// The value of a JSON text.
///
/// # Errors
///
/// See [`Unread`].
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unread> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(Leaf(&mut reader)).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| unread::<T>(bytes, error))
}

#[cold]
fn unread<T: DeserializeOwned>(bytes: &[u8], error: serde_json::Error) -> Unread {
    if let Err(syntax) = serde_json::from_slice::<Value>(bytes)
        // JSON has no largest number; a type has.
        && !syntax.to_string().starts_with("number out of range")
    {
        return Unread::Malformed(syntax);
    }
    let Some(node) = std::str::from_utf8(bytes).ok().and_then(Node::of) else { return Unread::Malformed(error) };
    let value = node.to_value();
    let first = match read(LeafSeed::<PhantomData<T>>::of(), node) {
        Err(refusal) => refusal.into_error(),
        Ok(_) => refusal::Refusal::of_the_whole().into_error(),
    };
    Unread::Refused { value, first: Box::new(first) }
}
