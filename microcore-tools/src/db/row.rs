//! How a row becomes a Rust type: positions are found once per query, cells are read once per row.
//!
//! In: the names of the result's columns, then one row after the other. Out: `T`, or a [`DbError`] that names column
//! and type.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::db::reads::{Counted, Unknown};
use crate::db::returned::Returned;
use crate::db::{DbError, FromValue, Json, Mismatch, Value};

/// A type that one row can be read into: a tuple by position, a single value, or a struct with `#[derive(Row)]` by
/// column name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from a row",
    label = "must be a struct with `#[derive(Row)]`, a tuple of up to 12 values or a single value"
)]
pub trait Row: Sized + Send + 'static {
    /// Where the columns are; made once per query.
    type Positions: Send + 'static;

    /// Which columns it reads, for the comparison with a statement that was checked while compiling.
    /// [`Unknown`] in a hand-written implementation.
    type Reads;

    /// Finds the columns, or says which one is missing.
    fn positions(columns: &Columns<'_>) -> Result<Self::Positions, DbError>;

    /// Reads one row.
    fn read<C: Cells>(positions: &Self::Positions, cells: &C) -> Result<Self, DbError>;

    /// Whether every row of such columns can be read; `false` where that hangs on the values.
    fn reads_all(_columns: &[Returned]) -> bool {
        false
    }
}

/// The row that a backend stands on.
pub trait Cells {
    /// The value of a column, borrowed from the engine where it can be.
    fn cell(&self, position: usize) -> Result<Value<'_>, DbError>;

    /// The name of a column, for messages.
    fn name(&self, position: usize) -> &str;
}

/// The names of a result's columns, in order.
#[derive(Debug, Clone)]
pub struct Columns<'n>(Vec<&'n str>);

impl<'n> Columns<'n> {
    /// Takes the names.
    pub fn new(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self(names.into_iter().collect())
    }

    /// The same for the same names in the same order, and for no others but by a chance of one in 2⁶⁴: what is compared
    /// later, when the names themselves are gone.
    pub(crate) fn fingerprint(&self) -> u64 {
        // FNV-1a, with a byte that no name has between two of them.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let bytes = self.0.iter().flat_map(|name| name.bytes().chain([0xff]));
        bytes.fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// Where the column that the struct `of` reads as `name` is. Engines fold case differently, so case counts not.
    pub fn position(&self, name: &str, of: &str) -> Result<usize, DbError> {
        let mut found = self.0.iter().enumerate().filter(|(_, column)| column.eq_ignore_ascii_case(name));
        let Some((position, _)) = found.next() else {
            let there = self.0.join("`, `");
            let message = format!("the result has no column `{name}`, which `{of}` reads; it has `{there}`");
            return Err(DbError::mismatch(message));
        };
        if found.next().is_some() {
            let message = format!("the result has more than one column `{name}`, which `{of}` reads; name one with AS");
            return Err(DbError::mismatch(message));
        }
        Ok(position)
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'n str> {
        self.0.iter().copied()
    }

    fn exactly(&self, count: usize) -> Result<(), DbError> {
        if self.0.len() == count {
            return Ok(());
        }
        let message =
            format!("the result has {} columns (`{}`), and {count} are read", self.0.len(), self.0.join("`, `"));
        Err(DbError::mismatch(message))
    }
}

/// Reads one cell; an error names the column.
#[inline]
pub fn read_cell<T: FromValue, C: Cells>(cells: &C, position: usize) -> Result<T, DbError> {
    T::from_value(cells.cell(position)?).map_err(|mismatch| mismatched(&mismatch, cells.name(position)))
}

#[cold]
fn mismatched(mismatch: &Mismatch, column: &str) -> DbError {
    DbError::mismatch(format!("column `{column}` {mismatch}"))
}

/// The first column of a row, whatever follows: what `query_scalar` reads.
#[derive(Debug)]
pub(crate) struct First<T>(pub(crate) T);

impl<T: FromValue> Row for First<T> {
    type Positions = ();
    type Reads = Unknown;

    fn positions(columns: &Columns<'_>) -> Result<(), DbError> {
        if columns.0.is_empty() { columns.exactly(1) } else { Ok(()) }
    }

    fn read<C: Cells>((): &(), cells: &C) -> Result<Self, DbError> {
        read_cell(cells, 0).map(Self)
    }

    fn reads_all(columns: &[Returned]) -> bool {
        columns.first().is_some_and(|column| T::reads(*column))
    }
}

macro_rules! single_values {
    ($($ty:ty)+) => {$(
        impl Row for $ty {
            type Positions = ();
            type Reads = Counted<1>;

            fn positions(columns: &Columns<'_>) -> Result<(), DbError> {
                columns.exactly(1)
            }

            fn read<C: Cells>((): &(), cells: &C) -> Result<Self, DbError> {
                read_cell(cells, 0)
            }

            fn reads_all(columns: &[Returned]) -> bool {
                matches!(columns, [column] if Self::reads(*column))
            }
        }
    )+};
}

single_values!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 bool String Vec<u8> serde_json::Value);
single_values!(Timestamp Date Uuid Decimal);

impl<T: DeserializeOwned + Send + 'static> Row for Json<T> {
    type Positions = ();
    type Reads = Counted<1>;

    fn positions(columns: &Columns<'_>) -> Result<(), DbError> {
        columns.exactly(1)
    }

    fn read<C: Cells>((): &(), cells: &C) -> Result<Self, DbError> {
        read_cell(cells, 0)
    }
}

impl<T: FromValue> Row for Option<T> {
    type Positions = ();
    type Reads = Counted<1>;

    fn positions(columns: &Columns<'_>) -> Result<(), DbError> {
        columns.exactly(1)
    }

    fn read<C: Cells>((): &(), cells: &C) -> Result<Self, DbError> {
        read_cell(cells, 0)
    }
}

macro_rules! tuples {
    ($($ty:ident $position:literal),+) => {
        impl<$($ty: FromValue),+> Row for ($($ty,)+) {
            type Positions = ();
            type Reads = Counted<{ [$($position),+].len() }>;

            fn positions(columns: &Columns<'_>) -> Result<(), DbError> {
                columns.exactly([$($position),+].len())
            }

            fn read<Cell: Cells>((): &(), cells: &Cell) -> Result<Self, DbError> {
                Ok(($(read_cell::<$ty, _>(cells, $position)?,)+))
            }

            fn reads_all(columns: &[Returned]) -> bool {
                columns.len() == [$($position),+].len() && $($ty::reads(columns[$position]))&&+
            }
        }
    };
}

tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
