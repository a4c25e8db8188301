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
pub mod error;
pub mod event;
mod fields;
pub mod files;
pub mod handler;
mod json;
pub mod lifecycle;
pub mod manifest;
pub mod openapi;
pub mod plugin;
mod prefix;
pub mod realtime;
pub mod request;
pub mod response;
pub mod router;
mod scalar;
pub mod schema;
pub mod server;
pub mod settings;
pub mod system;
pub mod testing;
pub mod tool;
pub mod validation;
