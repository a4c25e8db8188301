//! The tools that come with the framework, one module each.

pub use microcore_tools::{bus, config, db, http, logger, state};

#[cfg(feature = "auth")]
pub use microcore_tools::auth;
