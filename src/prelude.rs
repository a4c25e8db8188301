//! What a file of an application needs. `crate::prelude` adds the application's events and tools to it.

pub use microcore_macros::{event, plugin, tool};
pub use microcore_runtime::context::Context;
pub use microcore_runtime::derives::*;
pub use microcore_runtime::error::{Error, Result};
pub use microcore_runtime::request::Headers;
pub use microcore_runtime::response::{Created, Media, NoContent, Redirect};
pub use microcore_runtime::settings::{ByteSize, Secret};
pub use microcore_tools::db::{Row, Rows, Violations};
