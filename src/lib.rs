#![doc = include_str!("../README.md")]

pub use microcore_macros::{app, event, plugin, test, tool};
pub use microcore_runtime::{
    application, context, error, lifecycle, manifest, plugin, request, response, server, settings, testing, validation,
};

pub mod prelude;
pub mod tools;

#[doc(hidden)]
pub mod __private;
