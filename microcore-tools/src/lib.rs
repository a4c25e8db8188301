//! The tools of MicroCore: one folder per tool, its contract first, then its backends.
//!
//! A tool holds no business rule and uses no other tool. Users name them in constructors; the application's prelude has
//! an alias for each.

// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Generated code names `::microcore::__private`; inside this crate that is the runtime's.
extern crate microcore_runtime as microcore;

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "auth")]
pub mod auth;
mod beats;
pub mod bus;
pub mod config;
pub mod db;
pub mod http;
pub mod logger;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis_tls;
#[cfg(feature = "jobs")]
pub mod scheduler;
mod sealed;
pub mod state;
#[cfg(feature = "sqlite")]
mod temporary;
#[cfg(feature = "sqlite")]
mod wal;
