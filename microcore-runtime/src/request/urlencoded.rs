//! A whole query, or a form, as one struct. In: the raw text. Out: a `Deserialize` value, or the field that is to blame.
//!
//! serde drives: each field is handed all values of its key and converts them on demand, so numbers, options, unit
//! enums and lists work without a description of the struct.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};

use super::decoding::{decode_component, decode_component_lossy};
use super::query::pairs;
use super::{NOT_UTF8, quoted_field};
use crate::error::{FieldError, InputPlace};

/// Reads the struct; serde stops at the first field that fails, so one refusal is all there is.
pub(super) fn read<T: DeserializeOwned>(text: &str, place: InputPlace) -> Result<T, FieldError> {
    let mut fields: Vec<(String, Values<'_>)> = Vec::new();
    for (key, value) in pairs(text) {
        // A key that is not UTF-8 is no field's, but it counts as one too many where the type denies those.
        let key = decode_component_lossy(key);
        match fields.iter_mut().find(|(name, _)| *name == *key) {
            Some((_, values)) => values.raw.push(value),
            None => fields.push((key.clone().into_owned(), Values { name: key.into_owned(), raw: vec![value] })),
        }
    }
    T::deserialize(Whole(fields)).map_err(|refusal| {
        let message = refusal.message;
        let (rule, message) = match &*message {
            "is required" => ("required", message),
            text if text.starts_with("unknown field") => ("unknown", "is not a field".into()),
            _ => ("type", message),
        };
        FieldError::new(place, refusal.field.unwrap_or_default(), rule, message)
    })
}

/// Every key. Without one it is no value, where the type is an option.
struct Whole<'q>(Vec<(String, Values<'q>)>);

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

/// All values of one key, not decoded yet.
struct Values<'q> {
    name: String,
    raw: Vec<&'q str>,
}

impl Values<'_> {
    fn refuse(&self, message: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal { field: Some(self.name.clone()), message: message.into() }
    }

    fn only(&self) -> Result<Cow<'_, str>, Refusal> {
        match self.raw.as_slice() {
            [value] => decode_component(value).ok_or_else(|| self.refuse(NOT_UTF8)),
            _ => Err(self.refuse("must be given once")),
        }
    }

    fn blame(&self, refusal: Refusal) -> Refusal {
        Refusal { field: Some(self.name.clone()), ..refusal }
    }
}

macro_rules! by_parsing {
    ($($method:ident $visit:ident $ty:ty;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            let text = self.only()?;
            let value = <$ty as super::FromParam>::from_param(text)
                .ok_or_else(|| self.refuse(<$ty as super::FromParam>::EXPECTS))?;
            visitor.$visit(value).map_err(|refusal: Refusal| self.blame(refusal))
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
        let text = self.only()?.into_owned();
        visitor.visit_enum(text.into_deserializer()).map_err(|refusal: Refusal| self.blame(refusal))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let Self { name, raw } = self;
        let one = |value| Values { name: name.clone(), raw: vec![value] };
        visitor.visit_seq(SeqDeserializer::new(raw.into_iter().map(one)))
    }

    serde::forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, Refusal> for Values<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Why the struct can't be read, and which field is to blame where that is known.
#[derive(Debug)]
struct Refusal {
    field: Option<String>,
    message: Cow<'static, str>,
}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        Self { field: quoted_field(&message).map(str::to_owned), message: message.into() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { field: Some(field.to_owned()), message: "is required".into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Newest,
        Oldest,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Filter {
        limit: Option<u32>,
        #[serde(default)]
        tag: Vec<String>,
        order: Order,
    }

    fn refusal(query: &str) -> String {
        read::<Filter>(query, InputPlace::Query).unwrap_err().to_string()
    }

    #[test]
    fn reads_numbers_options_lists_and_enums() {
        assert_eq!(
            read("limit=3&tag=a+b&unknown=1&tag=c&order=newest", InputPlace::Query),
            Ok(Filter { limit: Some(3), tag: vec!["a b".into(), "c".into()], order: Order::Newest })
        );
        assert_eq!(
            read("order=oldest", InputPlace::Query),
            Ok(Filter { limit: None, tag: vec![], order: Order::Oldest })
        );
    }

    #[test]
    fn names_the_field_that_is_to_blame() {
        assert_eq!(refusal(""), "`order` is required");
        assert_eq!(refusal("limit=x&order=newest"), "`limit` must be a whole number");
        assert_eq!(refusal("limit=1&limit=2&order=newest"), "`limit` must be given once");
        assert!(refusal("order=none").starts_with("`order` unknown variant"), "{}", refusal("order=none"));
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[expect(dead_code, reason = "read by serde only")]
        name: Option<String>,
    }

    #[test]
    fn a_field_too_many_is_refused_where_the_type_says_so() {
        let refusal = |text| read::<Strict>(text, InputPlace::Body).unwrap_err().to_string();
        assert!(read::<Strict>("name=a", InputPlace::Body).is_ok());
        assert_eq!(refusal("name=a&nmae=b"), "`nmae` is not a field");
        assert!(refusal("%FF=1").ends_with("is not a field"));
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Anything {
        text: Option<String>,
        number: Option<i64>,
        list: Option<Vec<String>>,
    }

    proptest::proptest! {
        /// Whatever is sent is read or refused, and nothing panics.
        #[test]
        fn nonsense_is_read_or_refused(raw in "(text|number|list|[&=+%]|%[0-9a-fA-F]{0,2}|\\PC){0,30}") {
            let _ = read::<Anything>(&raw, InputPlace::Body);
        }

        /// What another library encodes is read back.
        #[test]
        fn what_was_encoded_is_read_back(
            text in ".{0,20}",
            number: i64,
            list in proptest::collection::vec(".{0,10}", 1..4),
        ) {
            let mut encoder = form_urlencoded::Serializer::new(String::new());
            encoder.append_pair("text", &text).append_pair("number", &number.to_string());
            for item in &list {
                encoder.append_pair("list", item);
            }
            let read: Anything = read(&encoder.finish(), InputPlace::Query).unwrap();
            assert_eq!(read, Anything { text: Some(text), number: Some(number), list: Some(list) });
        }
    }
}
