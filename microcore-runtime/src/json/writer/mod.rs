//! A value as JSON, as `serde_json` writes it, for replies: the names of fields and the texts in them are most of a reply,
//! and `serde_json` looks at each of their bytes by itself.
//!
//! In: a value. Out: the same bytes. Numbers are written by `serde_json`.

mod compound;
mod key;
#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};
use serde_json::{Error, Result};

use self::compound::{Compound, Fields};
use super::text::{write_name, write_text};

/// Writes a value behind what is there.
#[inline]
pub(crate) fn write_json<T: Serialize + ?Sized>(json: &mut Vec<u8>, value: &T) -> Result<()> {
    value.serialize(Writer(json))
}

/// Where the value goes.
struct Writer<'w>(&'w mut Vec<u8>);

macro_rules! numbers {
    ($($method:ident: $ty:ty;)+) => {$(
        #[inline]
        fn $method(self, value: $ty) -> Result<()> {
            serde_json::to_writer(self.0, &value)
        }
    )+};
}

impl<'w> Serializer for Writer<'w> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'w>;
    type SerializeTuple = Compound<'w>;
    type SerializeTupleStruct = Compound<'w>;
    type SerializeTupleVariant = Compound<'w>;
    type SerializeMap = Compound<'w>;
    type SerializeStruct = Fields<'w>;
    type SerializeStructVariant = Compound<'w>;

    numbers! {
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_i128: i128;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
        serialize_u128: u128;
        serialize_f32: f32;
        serialize_f64: f64;
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<()> {
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        write_text(self.0, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        serde_json::to_writer(self.0, value)
    }

    #[inline]
    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<()> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let Self(json) = self;
        write_name(json, b'{', variant);
        write_json(json, value)?;
        json.push(b'}');
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'w>> {
        Ok(Compound::list(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'w>> {
        Ok(Compound::list(self.0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'w>> {
        Ok(Compound::list(self.0))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Compound<'w>> {
        write_name(self.0, b'{', variant);
        Ok(Compound::list(self.0).within_variant())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'w>> {
        Ok(Compound::object(self.0))
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields<'w>> {
        Ok(Fields::of(name, self.0))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'w>> {
        write_name(self.0, b'{', variant);
        Ok(Compound::object(self.0).within_variant())
    }
}
