//! Lists and objects, member by member.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant,
};
use serde_json::{Error, Result};

use super::key::write_key;
use super::write_json;
use crate::json::text::write_name;

/// A list or an object that is being written.
pub(super) struct Compound<'w> {
    json: &'w mut Vec<u8>,
    /// What stands before the next member.
    before: u8,
    /// What stands behind the last one.
    end: &'static [u8],
}

impl<'w> Compound<'w> {
    #[inline]
    pub(super) fn list(json: &'w mut Vec<u8>) -> Self {
        Self { json, before: b'[', end: b"]" }
    }

    #[inline]
    pub(super) fn object(json: &'w mut Vec<u8>) -> Self {
        Self { json, before: b'{', end: b"}" }
    }

    /// It is the value of a variant, whose object ends with it.
    pub(super) fn within_variant(self) -> Self {
        let end = if self.end == b"]" { b"]}" } else { b"}}" };
        Self { end, ..self }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.json.push(self.before);
        self.before = b',';
        write_json(self.json, value)
    }

    #[expect(clippy::inline_always, reason = "where it is called, the name is a constant")]
    #[inline(always)]
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        write_name(self.json, self.before, name);
        self.before = b',';
        write_json(self.json, value)
    }

    #[inline]
    fn close(self) {
        // Nothing opened it.
        if self.before != b',' {
            self.json.push(self.before);
        }
        self.json.extend_from_slice(self.end);
    }
}

macro_rules! lists {
    ($($kind:ident: $method:ident;)+) => {$(
        impl $kind for Compound<'_> {
            type Ok = ();
            type Error = Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<()> {
                self.close();
                Ok(())
            }
        }
    )+};
}

lists! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.json.push(self.before);
        self.before = b',';
        write_key(self.json, key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.json.push(b':');
        write_json(self.json, value)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

impl SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<()> {
        self.field(field, value)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

/// The fields of a struct; or JSON that stands there as it is, which `serde_json` hands on as a struct of this name.
pub(super) enum Fields<'w> {
    Of(Compound<'w>),
    Raw(&'w mut Vec<u8>),
}

/// How the names of `serde_json`'s own structs begin: those of `RawValue`, and of `Number` where it is any text.
const OWN: &str = "$serde_json::private::";

impl<'w> Fields<'w> {
    #[inline]
    pub(super) fn of(name: &'static str, json: &'w mut Vec<u8>) -> Self {
        if name.starts_with(OWN) { Self::Raw(json) } else { Self::Of(Compound::object(json)) }
    }
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    #[expect(clippy::inline_always, reason = "where it is called, the name is a constant")]
    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<()> {
        match self {
            Self::Of(fields) => fields.field(field, value),
            Self::Raw(json) => write_raw(json, value),
        }
    }

    #[inline]
    fn end(self) -> Result<()> {
        if let Self::Of(fields) = self {
            fields.close();
        }
        Ok(())
    }
}

/// The text in a struct of `serde_json`'s own.
#[cold]
fn write_raw<T: Serialize + ?Sized>(json: &mut Vec<u8>, value: &T) -> Result<()> {
    let text = value.serialize(serde_json::value::Serializer)?;
    json.extend_from_slice(text.as_str().unwrap_or_default().as_bytes());
    Ok(())
}
