//! The tool `db`: SQL with `$1, $2, …`, rows as Rust types, transactions, migrations.
//!
//! In: SQL text and Rust values. Out: rows read into Rust types, or a [`DbError`] with a closed kind.
//! The contract is everything in this folder's own files; a backend is a folder, `sqlite/`, that implements
//! [`Backend`]. SQL is never translated.

#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres")),
    expect(dead_code, reason = "what backends share, without a backend")
)]

pub mod backend;
mod database;
mod document;
mod error;
pub mod gathered;
mod guest;
mod jobs;
mod json;
mod lexer;
mod migration;
#[cfg(not(feature = "sqlite"))]
mod none;
mod outbox;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod own;
mod params;
mod patience;
#[cfg(feature = "postgres")]
mod placeholder;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod reads;
pub mod returned;
pub mod row;
mod schema;
mod scope;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod text;
pub mod timed;
mod tool;
mod transaction;
mod unchecked;
mod value;
mod violation;

pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use microcore_macros::Row;
pub use rust_decimal::Decimal;
pub use uuid::Uuid;

pub use self::backend::Backend;
pub use self::database::Database;
pub use self::document::Json;
pub use self::error::{DbError, DbErrorKind};
pub use self::jobs::Leaving;
pub use self::json::Rows;
#[cfg(not(feature = "sqlite"))]
#[doc(hidden)]
pub use self::none::NoDatabase;
pub use self::outbox::Keeping;
pub use self::params::{Bind, Params};
#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
pub use self::row::Row;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use self::transaction::Transaction;
pub use self::unchecked::sql_unchecked;
pub use self::value::{FromValue, Mismatch, Value};
pub use self::violation::OnViolation;
