//! The template as a whole: what its users do with it, and what the framework promises of any application, tried on it.
//!
//! The template is a workspace of its own, so cargo is run in it, as a user runs it; its build shares the target folder
//! of this one.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can't go on has failed, and one that is skipped says so"
)]

mod dev;
mod documents;
mod drop_in;
mod fleet;
mod fleet_page;
mod given;
mod hang_up;
mod load;
mod page;
mod program;
mod rolling;
mod start;
mod suite;
mod tools;
mod upgrade;
