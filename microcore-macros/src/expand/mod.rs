//! Declarations and graph → code. Nothing here can fail, so nothing here returns a `Result`.
//!
//! Generated code names the user's items, `crate::__wiring` and the one hidden module of [`paths`]; it calls ordinary
//! functions and should read as if written by hand.

pub(crate) mod app;
pub(crate) mod declaration;
pub(crate) mod event;
pub(crate) mod extract;
pub(crate) mod paths;
pub(crate) mod plugin;
pub(crate) mod queries;
mod statement;
pub(crate) mod test;
pub(crate) mod tool;
pub(crate) mod wiring;
