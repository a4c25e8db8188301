#![doc = include_str!("../README.md")]
// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use microcore_macros::{app, event, plugin, queries, test, tool};
pub use microcore_runtime::{
    application, error, event, files, lifecycle, manifest, plugin, realtime, request, response, server, testing,
};

/// What is being handled right now, and what caused it. It can be read, and carried into tasks; it can't be set.
pub mod context {
    pub use microcore_runtime::context::{Context, Id, current, spawn};
}
pub mod prelude;
/// Typed settings: every missing or malformed key is reported at once.
pub mod settings {
    pub use microcore_macros::Settings;
    pub use microcore_runtime::settings::*;
}
pub mod tools;
/// Rules on values: what `#[derive(Validate)]` checks.
pub mod validation {
    pub use microcore_macros::Validate;
    pub use microcore_runtime::validation::*;
}

#[doc(hidden)]
pub mod __private;
