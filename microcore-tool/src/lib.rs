#![doc = include_str!("../README.md")]
// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

//! # What is part of the contract
//!
//! The names that the modules below list. They are those of the facade `microcore`, so that a file means the same in a
//! crate and in an application. What only generated code calls is in a hidden module and may change in any release.

pub use microcore_macros::tool;

/// What a file of a tool needs.
pub mod prelude {
    pub use crate::settings::Settings;
    pub use microcore_core::error::{Error, Result};
    pub use microcore_core::settings::{ByteSize, Secret};
    pub use microcore_macros::tool;
}

/// What keeps failing is paused and probed.
pub mod breaker {
    pub use microcore_core::breaker::{Breaker, Change};
}

/// What is being handled right now.
pub mod context {
    pub use microcore_core::{Handled, handled};
}

/// What went wrong: for the client a safe sentence, for the log the chain.
pub mod error {
    pub use microcore_core::error::{Chain, Error, FieldError, InputPlace, Kind, Permanent, Result, Unavailable};
}

/// What a tool may know while it is set up.
pub mod lifecycle {
    pub use microcore_core::Boot;
}

/// What is known of a tool.
pub mod manifest {
    pub use microcore_core::tool::{Method, ToolFacts};
}

/// Who a plugin is.
pub mod plugin {
    pub use microcore_core::Identity;
}

/// Settings: read from the environment, checked before anything starts.
pub mod settings {
    // The trait and its derive, under one name.
    pub use microcore_core::settings::{ByteSize, Environment, FromSetting, Key, Problem, Problems, Secret, Settings};
    #[doc(inline)]
    pub use microcore_macros::Settings;
}

/// The contract itself; `#[tool]` implements it.
pub mod tool {
    pub use microcore_core::tool::Tool;
}

#[doc(hidden)]
pub use microcore_core::__private;
