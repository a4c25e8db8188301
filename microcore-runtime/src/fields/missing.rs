//! A field that is not there. In: the field's type. Out: `None` where the type is an `Option`, otherwise the error.
//!
//! serde decides it in the same way: it asks the type for itself, with nothing but the absence to read from.

use std::marker::PhantomData;

use serde::de::value::Error as AnyError;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

/// What a missing field of type `T` is.
pub(super) fn missing<'de, T: Deserialize<'de>, E: Error>(name: &'static str) -> Result<T, E> {
    T::deserialize(Missing { name, error: PhantomData })
}

/// Whether a field of this type may be left out.
pub(crate) fn may_be_missing<'de, T: Deserialize<'de>>() -> bool {
    missing::<T, AnyError>("").is_ok()
}

struct Missing<E> {
    name: &'static str,
    error: PhantomData<E>,
}

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
