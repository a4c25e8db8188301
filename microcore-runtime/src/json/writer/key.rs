//! The key of a map: a text, or what `serde_json` makes one of.

use serde::Serialize;
use serde::ser::{Error as _, Impossible, Serializer};
use serde_json::{Error, Result};

use crate::json::text::write_text;

/// Writes a key.
pub(super) fn write_key<T: Serialize + ?Sized>(json: &mut Vec<u8>, key: &T) -> Result<()> {
    key.serialize(Key(json))
}

struct Key<'w>(&'w mut Vec<u8>);

impl Key<'_> {
    fn quoted<T: Serialize>(self, value: T) -> Result<()> {
        let Self(json) = self;
        json.push(b'"');
        serde_json::to_writer(&mut *json, &value)?;
        json.push(b'"');
        Ok(())
    }
}

fn no_key<T>() -> Result<T> {
    Err(Error::custom("key must be a string"))
}

macro_rules! quoted {
    ($($method:ident: $ty:ty;)+) => {$(
        fn $method(self, value: $ty) -> Result<()> {
            self.quoted(value)
        }
    )+};
}

macro_rules! refused {
    ($($method:ident($($ty:ty),*) -> $ok:ty;)+) => {$(
        fn $method(self, $(_: $ty),*) -> Result<$ok> {
            no_key()
        }
    )+};
}

type No = Impossible<(), Error>;

impl Serializer for Key<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    quoted! {
        serialize_bool: bool;
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
    }

    refused! {
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_seq(Option<usize>) -> No;
        serialize_tuple(usize) -> No;
        serialize_tuple_struct(&'static str, usize) -> No;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No;
        serialize_map(Option<usize>) -> No;
        serialize_struct(&'static str, usize) -> No;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> No;
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        if value.is_finite() {
            self.quoted(value)
        } else {
            Err(Error::custom("float key must be finite (got NaN or +/-inf)"))
        }
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        if value.is_finite() {
            self.quoted(value)
        } else {
            Err(Error::custom("float key must be finite (got NaN or +/-inf)"))
        }
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        write_text(self.0, value);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<()> {
        no_key()
    }
}
