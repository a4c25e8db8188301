//! The error of handlers, which tools share: see `microcore-core`.

pub(crate) use microcore_core::error::pointer_step;
pub use microcore_core::error::{Chain, Error, FieldError, InputPlace, Kind, Permanent, Result, Unavailable};
