//! What the code that this crate's derives write names. Re-exports only.

pub use crate::db::row::{Cells, Columns, Row, read_cell};
pub use crate::db::{DbError, FromValue};
