//! The one module that generated code names. Re-exports only.

pub use crate::settings::{Environment, FromSetting, Key, Problems, Settings};
