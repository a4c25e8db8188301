//! The tools of MicroCore: one folder per tool, its contract first, then its backends.

// Generated code names `::microcore::__private`; inside this crate that is the runtime's.
extern crate microcore_runtime as microcore;

#[doc(hidden)]
pub mod __private;
pub mod db;

pub mod state;
