//! The runtime of MicroCore: what the code written by the macros calls.
//!
//! A request flows socket → connection → router → inputs → handler → reply; each arrow is a function in a file of its
//! own. Users depend on the facade `microcore` and its prelude, not on this crate.

// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Generated code names `::microcore::__private`; inside this crate that is this crate.
extern crate self as microcore;

#[doc(hidden)]
pub mod __private;
pub mod application;
pub mod commands;
pub mod context;
pub mod database;
pub mod derives;
#[cfg(all(unix, debug_assertions))]
mod dev;
pub mod error;
pub mod event;
mod fields;
pub mod files;
pub mod guest;
pub mod handler;
#[cfg(unix)]
pub mod handover;
pub mod jobs;
mod json;
pub mod lifecycle;
pub mod manifest;
pub mod meter;
pub mod metrics;
pub mod openapi;
#[cfg(feature = "otlp")]
pub mod otlp;
pub mod plugin;
mod prefix;
pub mod realtime;
pub mod record;
pub mod request;
pub mod response;
mod ring;
pub mod router;
mod scalar;
pub mod schema;
pub mod server;
pub mod settings;
pub mod system;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tool;
pub mod validation;
