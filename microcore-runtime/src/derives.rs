//! Traits of the prelude that have a derive of the same name, ours in front: users need no other dependency.
//!
//! The derives themselves are the facade's to add: this crate does not wait for the macros.

pub use schemars::JsonSchema as Schema;
pub use serde::de::Deserialize;
pub use serde::ser::Serialize;

pub use crate::settings::Settings;
pub use crate::validation::Validate;
