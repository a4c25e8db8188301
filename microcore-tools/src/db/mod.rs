//! The tool `db`: SQL with `$1, $2, …`, rows as Rust types, transactions, migrations.
//!
//! In: SQL text and Rust values. Out: rows read into Rust types, or a [`DbError`] with a closed kind.
//! The contract is everything in this folder's own files; a backend is a folder, `sqlite/`, that implements
//! [`Backend`]. SQL is never translated.

#![cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "what backends share, without a backend"))]

pub mod backend;
mod database;
mod error;
mod json;
mod migration;
mod params;
pub mod row;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod tool;
mod transaction;
mod value;
mod violation;

pub use microcore_macros::Row;

pub use self::backend::Backend;
pub use self::database::Database;
pub use self::error::{DbError, DbErrorKind};
pub use self::json::Rows;
pub use self::params::{Bind, Params};
pub use self::row::Row;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use self::transaction::Transaction;
pub use self::value::{FromValue, Mismatch, Value};
pub use self::violation::Violations;
