//! What the rows of a result are gathered in: a list, or a place for one, so that a single row needs no list.
//!
//! In: rows, one after the other. Out: what the call gives.

use crate::db::Row;
use crate::db::backend::Wanted;

/// Rows so far.
pub trait Gathered: Sized + Send + 'static {
    /// One of them.
    type Row: Row;

    /// None yet.
    fn begin(wanted: Wanted) -> Self;

    /// One more.
    fn add(&mut self, row: Self::Row);
}

/// Rows for which room is made at once.
const A_FEW: usize = 16;

impl<T: Row> Gathered for Vec<T> {
    type Row = T;

    fn begin(wanted: Wanted) -> Self {
        Self::with_capacity(wanted.limit().min(A_FEW))
    }

    fn add(&mut self, row: T) {
        self.push(row);
    }
}

/// The row of a call that wants no more than one; whoever reads them counts.
impl<T: Row> Gathered for Option<T> {
    type Row = T;

    #[inline]
    fn begin(_: Wanted) -> Self {
        None
    }

    #[inline]
    fn add(&mut self, row: T) {
        self.get_or_insert(row);
    }
}
