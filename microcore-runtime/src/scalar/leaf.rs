//! What stands around a value while serde reads it. In: a deserializer of any format. Out: the same, but that a value
//! written as text or number has our grammar, and that `null` is told from absent.
//!
//! The types themselves are lenient, and each in its own way: a `Date` takes the date of a date-time, a `Decimal` what a
//! float became of it, a `Uuid` braces, an `f32` infinity. They are other crates' types, so what they ask the
//! deserializer for is checked on the way. What is inside a struct or an enum is read by the code of that type, which
//! does the same for each of its fields.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use uuid::Uuid;

use super::{date, decimal, timestamp, uuid};
use crate::request::FromParam;

/// What `serde_json` gives the text of a number to: exact, where a float would have lost digits.
pub(crate) const RAW: &str = "$serde_json::private::RawValue";

/// Reads one value; derived code calls it.
///
/// # Errors
///
/// The format's, and where the text is not in the grammar of its type.
pub fn read_leaf<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(Leaf(deserializer))
}

pub(crate) struct Leaf<D>(pub(crate) D);

/// The same for what a map or a list hands out.
pub(crate) struct LeafSeed<S>(pub(crate) S);

impl<T> LeafSeed<PhantomData<T>> {
    pub(crate) const fn of() -> Self {
        Self(PhantomData)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for LeafSeed<S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Leaf(deserializer))
    }
}

/// By name, because what is read need not be `'static`. Both are constants, so that nothing is compared at run time.
#[inline]
fn is<T, Known>() -> bool {
    type_name::<T>() == type_name::<Known>()
}

/// What tells `null` from absent.
#[inline]
fn is_option_of_option<T>() -> bool {
    type_name::<T>().starts_with("core::option::Option<core::option::Option<")
}

macro_rules! passed_on {
    ($($method:ident)+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(visitor)
        }
    )+};
}

macro_rules! looked_into {
    ($($method:ident)+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Inside(visitor))
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Leaf<D> {
    type Error = D::Error;

    passed_on! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f64 deserialize_char
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_identifier
        deserialize_ignored_any
    }
    looked_into! { deserialize_seq deserialize_map }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if is::<V::Value, Decimal>() && self.0.is_human_readable() {
            return self.0.deserialize_newtype_struct(RAW, Raw(visitor));
        }
        self.0.deserialize_any(visitor)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if is::<V::Value, Date>() || is::<V::Value, Timestamp>() || is::<V::Value, Uuid>() {
            return self.0.deserialize_str(Text(visitor));
        }
        self.0.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_f32(Finite(visitor))
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        // What is there is `Some`, and the option inside reads whether it is `null`.
        if is_option_of_option::<V::Value>() && self.0.is_human_readable() {
            return visitor.visit_some(self);
        }
        self.0.deserialize_option(Inside(visitor))
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        if name == RAW {
            return self.0.deserialize_newtype_struct(name, visitor);
        }
        self.0.deserialize_newtype_struct(name, Inside(visitor))
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(length, Inside(visitor))
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, length, Inside(visitor))
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! visits_passed_on {
    ($($method:ident $ty:ty;)+) => {$(
        #[inline]
        fn $method<E: Error>(self, value: $ty) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )+};
}

macro_rules! expects_the_same {
    () => {
        type Value = V::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
    };
}

macro_rules! expects {
    ($sentence:expr) => {
        type Value = V::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str($sentence.trim_start_matches("must be "))
        }
    };
}

/// Around what has values inside.
struct Inside<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Inside<V> {
    expects_the_same!();

    visits_passed_on! {
        visit_bool bool;
        visit_i64 i64;
        visit_u64 u64;
        visit_i128 i128;
        visit_u128 u128;
        visit_f64 f64;
        visit_char char;
        visit_str &str;
        visit_borrowed_str &'de str;
        visit_string String;
        visit_bytes &[u8];
        visit_borrowed_bytes &'de [u8];
        visit_byte_buf Vec<u8>;
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Leaf(deserializer))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Leaf(deserializer))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Items(list))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Items(map))
    }
}

struct Items<A>(A);

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(LeafSeed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Items<A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(LeafSeed(seed))
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(LeafSeed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

fn expected<T>() -> &'static str {
    match () {
        () if is::<T, Date>() => Date::EXPECTS,
        () if is::<T, Timestamp>() => Timestamp::EXPECTS,
        () => Uuid::EXPECTS,
    }
}

/// Around a date, a moment or an id.
struct Text<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Text<V> {
    expects!(expected::<V::Value>());

    visits_passed_on! { visit_bytes &[u8]; }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if is::<V::Value, Timestamp>() {
            // Some of what may be written is not written as the type reads it.
            let moment = timestamp(text).ok_or_else(|| E::custom(Timestamp::EXPECTS))?;
            return self.0.visit_str(&moment.to_string());
        }
        if is::<V::Value, Date>() && date(text).is_none() {
            return Err(E::custom(Date::EXPECTS));
        }
        if is::<V::Value, Uuid>() && uuid(text).is_none() {
            return Err(E::custom(Uuid::EXPECTS));
        }
        self.0.visit_str(text)
    }
}

/// Around an `f32`, of which a larger number would make infinity.
struct Finite<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Finite<V> {
    expects!(f32::EXPECTS);

    visits_passed_on! {
        visit_i64 i64;
        visit_u64 u64;
        visit_str &str;
    }

    #[expect(clippy::cast_possible_truncation, reason = "whether it is within the type is the question")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<V::Value, E> {
        if (number as f32).is_finite() { self.0.visit_f64(number) } else { Err(E::custom(f32::EXPECTS)) }
    }
}

/// Around a decimal: the text of the number where the format gives it.
struct Raw<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Raw<V> {
    expects!(Decimal::EXPECTS);

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        Exact(self.0).visit_str(text)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<V::Value, A::Error> {
        let wrong = || A::Error::custom(Decimal::EXPECTS);
        let (Some(_), raw) = (map.next_key::<serde::de::IgnoredAny>()?, map.next_value::<String>()?) else {
            return Err(wrong());
        };
        let text = if raw.starts_with('"') { serde_json::from_str(&raw).map_err(|_| wrong())? } else { raw };
        Exact(self.0).visit_str(&text)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(Exact(self.0))
    }
}

/// The decimal of a text, of an integer, or of a float that surely stands for it.
struct Exact<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Exact<V> {
    expects!(Decimal::EXPECTS);

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        let number = decimal(text).ok_or_else(|| E::custom(Decimal::EXPECTS))?;
        self.0.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<V::Value, E> {
        self.0.visit_i64(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<V::Value, E> {
        self.0.visit_u64(number)
    }

    /// A float keeps fifteen digits of every number. With more it may have been another one.
    fn visit_f64<E: Error>(self, number: f64) -> Result<V::Value, E> {
        let text = number.to_string();
        let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0');
        let zeros = text.bytes().rev().take_while(|byte| *byte == b'0').count();
        if digits.count().saturating_sub(zeros) > 15 {
            return Err(E::custom("must be sent as a text: it has more digits than a number keeps here"));
        }
        self.visit_str(&text)
    }
}
