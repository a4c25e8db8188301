//! A key of a map. In: a name, in a compact format its number. Out: the place of the field, or `None` for another name.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

use super::ReadFields;

/// Reads a key of the struct `T`.
pub(super) struct Key<T>(PhantomData<T>);

impl<T> Key<T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: ReadFields<'de>> DeserializeSeed<'de> for Key<T> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, T: ReadFields<'de>> Visitor<'de> for Key<T> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        let alias = || T::ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, place)| *place);
        match T::FIELDS.iter().position(|field| *field == name).or_else(alias) {
            None if T::CLOSED => Err(E::unknown_field(name, T::FIELDS)),
            place => Ok(place),
        }
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Option<usize>, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }

    fn visit_u64<E: Error>(self, place: u64) -> Result<Option<usize>, E> {
        match usize::try_from(place).ok().filter(|place| *place < T::FIELDS.len()) {
            None if T::CLOSED => Err(E::custom(format_args!("invalid field number {place}"))),
            place => Ok(place),
        }
    }
}
