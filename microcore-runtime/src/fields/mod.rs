//! A plain struct, read field by field. In: any serde format. Out: the struct, or the format's error.
//!
//! `#[derive(Deserialize)]` writes one short loop per struct, [`ReadFields::read`]; the loop's source is here. serde's
//! own derive writes the same in twenty times the code, which an application with hundreds of structs waits for at
//! every check. One loop serves three sources: a map, a list (for formats without names), and the search for every
//! mistake of a body.
//!
//! A list is no struct where the format has names: nobody who sends `["Ana"]` means `{"name":"Ana"}`.

mod from_list;
mod from_map;
mod key;
mod missing;
mod search;

use serde::de::{self, Deserialize, Deserializer};

pub(crate) use self::missing::may_be_missing;
pub use self::search::search_fields;
use crate::validation::{Search, Violations};

/// A struct whose fields are read one by one.
pub trait ReadFields<'de>: Sized {
    /// The struct's name, for messages.
    const NAME: &'static str;
    /// The fields' names on the wire, at most 64.
    const FIELDS: &'static [&'static str];
    /// Other names of fields, each with the field's place in [`FIELDS`](Self::FIELDS).
    const ALIASES: &'static [(&'static str, usize)] = &[];
    /// Whether other names are refused.
    const CLOSED: bool = false;

    /// Asks the source for one field after the other, and makes the struct of them.
    ///
    /// # Errors
    ///
    /// The source's.
    fn read<S: FieldSource<'de>>(source: &mut S) -> Result<Self, S::Error>;
}

/// Where fields come from.
pub trait FieldSource<'de> {
    /// Why there is no struct.
    type Error: de::Error;

    /// The place of the field that comes next, whether it is there or is found to be missing.
    ///
    /// # Errors
    ///
    /// What comes is no field.
    fn next(&mut self) -> Result<Option<usize>, Self::Error>;

    /// Reads that field.
    ///
    /// # Errors
    ///
    /// It is no `T`, or came before, or is missing and must not.
    fn read<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) -> Result<(), Self::Error>;

    /// Reads that field, which has more to be said about it.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    fn read_as<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, about: About<T>) -> Result<(), Self::Error>;

    /// What a field became, once there is no next one.
    ///
    /// # Errors
    ///
    /// Nothing: it was never read.
    fn taken<T>(&self, slot: Option<T>) -> Result<T, Self::Error> {
        slot.ok_or_else(|| de::Error::custom("a field was not read"))
    }
}

/// What a field is besides its type.
#[derive(Debug)]
pub struct About<T> {
    /// What it is where it is missing.
    pub default: Option<fn() -> T>,
    /// Searches inside a value that can't be read.
    pub deeper: Option<Search>,
    /// The rules of the field alone.
    pub rules: fn(&T, &mut Violations),
}

/// The `deserialize` of a struct that is read by its fields.
///
/// # Errors
///
/// The format's.
pub fn read_struct<'de, T: ReadFields<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let has_names = deserializer.is_human_readable();
    deserializer.deserialize_struct(T::NAME, T::FIELDS, from_map::StructVisitor::<T>::new(has_names))
}
