//! Which columns a row reads, as types: what lets the compiler compare a struct with the statement that it is read from.
//!
//! In: the names that `#[derive(Row)]` writes, and those that the checked statement gives. Out: a bound that holds where
//! both are the same. Names can't be type arguments on stable Rust, so their fingerprint and their number stand in.

use crate::db::Row;

/// Reads the columns of these names and no others, in any order.
#[derive(Debug)]
pub struct Named<const NAMES: u64, const COUNT: usize>;

/// The columns that a row reads by name, so that a row that is flattened into another one adds its own.
#[diagnostic::on_unimplemented(
    message = "a row that is flattened must read its columns by name",
    label = "must be a struct with `#[derive(Row)]`"
)]
pub trait ByName {
    /// Their fingerprint.
    const NAMES: u64;
    /// How many they are.
    const COUNT: usize;
}

impl<const NAMES: u64, const COUNT: usize> ByName for Named<NAMES, COUNT> {
    const NAMES: u64 = NAMES;
    const COUNT: usize = COUNT;
}

/// Reads so many columns by position, whatever their names.
#[derive(Debug)]
pub struct Counted<const COUNT: usize>;

/// Says nothing about its columns: they are looked for when the statement runs.
#[derive(Debug)]
pub struct Unknown;

/// Whether these columns are the ones that a statement gives.
pub trait Covers<const NAMES: u64, const COUNT: usize> {}

impl<const NAMES: u64, const COUNT: usize> Covers<NAMES, COUNT> for Named<NAMES, COUNT> {}
impl<const NAMES: u64, const COUNT: usize> Covers<NAMES, COUNT> for Counted<COUNT> {}
impl<const NAMES: u64, const COUNT: usize> Covers<NAMES, COUNT> for Unknown {}

/// What a call gives, by the row in it.
pub trait Rows {
    /// The row.
    type Row: Row;
}

impl<T: Row> Rows for Vec<T> {
    type Row = T;
}

impl<T: Row> Rows for Option<T> {
    type Row = T;
}
