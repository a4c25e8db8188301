//! What a file of an application needs. `crate::prelude` adds the aliases of the application's tools to it.

pub use microcore_macros::{Deserialize, Row, Schema, Serialize, Settings, Validate, event, plugin, tool};
pub use microcore_runtime::context::Context;
pub use microcore_runtime::error::{Error, Result};
pub use microcore_runtime::response::{Created, Media, NoContent, Redirect};
pub use microcore_runtime::settings::{ByteSize, Secret, Settings};
pub use microcore_tools::db::Violations;
