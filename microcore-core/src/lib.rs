//! What the runtime of MicroCore and its tools share: errors, settings, and the contract of a tool.
//!
//! In: nothing of the framework. Out: the types that cross from a tool to an application. Users reach them through the
//! facade `microcore`, authors of tools through `microcore-tool`.

// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod boot;
pub mod breaker;
pub mod error;
#[doc(hidden)]
pub mod handled;
mod identity;
pub mod meter;
#[doc(hidden)]
pub mod number;
mod outcome;
pub mod settings;
pub mod tool;

pub use self::boot::Boot;
pub use self::handled::{Handled, handled};
pub use self::identity::Identity;
pub use self::outcome::Outcome;

/// What the code of `#[tool]` and of `#[derive(Settings)]` calls.
#[doc(hidden)]
pub mod __private {
    pub use crate::error::Result;
    pub use crate::meter::{CallMeter, CallMetered};
    pub use crate::settings::{Environment, FromSetting, Key, Problems, Settings};
    pub use crate::tool::{Method, Tool, ToolFacts};
    pub use crate::{Boot, Identity, Outcome};
}
