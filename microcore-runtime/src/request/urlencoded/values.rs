//! One key. In: its values as they were sent. Out: what the field's type asks for.

use std::borrow::Cow;

use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, IntoDeserializer, Visitor};

use super::{Heard, Refusal};
use crate::request::decoding::decode_component;
use crate::request::query::NO_LIST;
use crate::request::{FromParam, NOT_UTF8};

/// All values of one key, not decoded yet.
pub(super) struct Values<'q> {
    name: Cow<'q, str>,
    raw: Vec<&'q str>,
    /// Whether a value came under the key with brackets.
    is_listed: bool,
    heard: Option<&'q Heard>,
}

impl<'q> Values<'q> {
    pub(super) fn new(name: Cow<'q, str>, heard: Option<&'q Heard>) -> Self {
        Self { name, raw: Vec::new(), is_listed: false, heard }
    }

    pub(super) fn push(&mut self, value: &'q str, is_listed: bool) {
        self.raw.push(value);
        self.is_listed |= is_listed;
    }

    fn refuse(&self, rule: &'static str, message: &'static str) -> Refusal {
        Refusal::new(&self.name, rule, message)
    }

    fn only<T: FromParam + serde::Serialize>(&self) -> Result<T, Refusal> {
        let [value] = self.raw.as_slice() else { return Err(self.refuse("repeated", "must be given once")) };
        if self.is_listed {
            return Err(self.refuse("type", NO_LIST));
        }
        let text = decode_component(value).ok_or_else(|| self.refuse("encoding", NOT_UTF8))?;
        let value = T::from_param(text).ok_or_else(|| self.refuse("type", T::EXPECTS))?;
        if let Some(heard) = self.heard {
            heard.value(&self.name, &value);
        }
        Ok(value)
    }
}

macro_rules! by_parsing {
    ($($method:ident $visit:ident $ty:ty;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            visitor.$visit(self.only::<$ty>()?).map_err(|refusal: Refusal| refusal.of(&self.name))
        }
    )+};
}

impl<'de> Deserializer<'de> for Values<'_> {
    type Error = Refusal;

    by_parsing! {
        deserialize_bool visit_bool bool;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
        deserialize_char visit_char char;
        deserialize_any visit_string String;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let text: String = self.only()?;
        visitor.visit_enum(text.into_deserializer()).map_err(|refusal: Refusal| refusal.of(&self.name))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let Self { name, raw, heard, .. } = self;
        if let Some(heard) = heard {
            heard.list(&name);
        }
        visitor.visit_seq(SeqDeserializer::new(raw.into_iter().map(|value| {
            let mut values = Values::new(name.clone(), heard);
            values.push(value, false);
            values
        })))
    }

    /// A key that is no field, with whatever values.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier
    }
}

impl IntoDeserializer<'_, Refusal> for Values<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
