//! The tool `state`: small values under keys, shared by everything that runs, gone when their time is up.
//!
//! In: serde types. Out: the same types, or a [`StateError`]. A backend is a folder, `memory/` or `redis/`, that implements
//! [`Backend`].

pub mod backend;
mod error;
mod guest;
mod handle;
pub mod memory;
#[cfg(feature = "redis")]
pub mod redis;
mod tool;

pub use self::backend::Backend;
pub use self::error::StateError;
pub use self::handle::State;
pub use self::memory::Memory;
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisStateSettings};
