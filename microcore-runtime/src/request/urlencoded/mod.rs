//! A whole query, or a form, as one struct. In: the raw text. Out: a `Deserialize` value, or every field that is to blame.
//!
//! serde drives: each field is handed all values of its key and converts them on demand, so numbers, options, unit
//! enums and lists work without a description of the struct. serde stops at the first field that fails; only then the
//! text is read again, in search of all of them.

mod heard;
mod names;
mod refusal;
mod search;
mod values;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use self::heard::Heard;
use self::names::names_of;
use self::refusal::Refusal;
use self::values::Values;
use super::decoding::decode_component_lossy;
use super::query::pairs;
use crate::error::{FieldError, InputPlace};
use crate::validation::Search;

/// Reads the struct; `probe` is the search of its type, for the rest of the mistakes where there is one.
pub(crate) fn read<T: DeserializeOwned>(text: &str, place: InputPlace, probe: Search) -> Result<T, Vec<FieldError>> {
    T::deserialize(Whole(fields(text, None, names_of::<T>())))
        .map_err(|first| search::all::<T>(text, place, probe, first))
}

/// The keys in the order in which they came first, each with all of its values.
///
/// `names` are the fields that are known: `tag[]=a` is a value of `tag`, where there is no field `tag[]`.
fn fields<'q>(text: &'q str, heard: Option<&'q Heard>, names: &[&str]) -> Vec<(Cow<'q, str>, Values<'q>)> {
    let mut fields: Vec<(Cow<'q, str>, Values<'q>)> = Vec::new();
    // By hash, because a form may have as many keys as its sender likes.
    let mut places: HashMap<Cow<'q, str>, usize> = HashMap::new();
    for (key, value) in pairs(text) {
        // A key that is not UTF-8 is no field's, but it counts as one too many where the type denies those.
        let mut key = decode_component_lossy(key);
        let listed = key.strip_suffix("[]").filter(|name| names.contains(name) && !names.contains(&&*key));
        let is_listed = listed.is_some();
        if let Some(length) = listed.map(str::len) {
            key = match key {
                Cow::Borrowed(key) => Cow::Borrowed(&key[..length]),
                Cow::Owned(mut key) => {
                    key.truncate(length);
                    Cow::Owned(key)
                }
            };
        }
        let place = *places.entry(key.clone()).or_insert_with(|| {
            fields.push((key.clone(), Values::new(key, heard)));
            fields.len() - 1
        });
        if let Some((_, values)) = fields.get_mut(place) {
            values.push(value, is_listed);
        }
    }
    fields
}

/// Every key. Without one it is no value, where the type is an option.
struct Whole<'q>(Vec<(Cow<'q, str>, Values<'q>)>);

impl<'de> Deserializer<'de> for Whole<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(MapDeserializer::new(self.0.into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
