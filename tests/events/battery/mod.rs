//! The contract of a transport, case by case. It is written once and compiled into one test program per transport; the
//! page docs/parity/events.md says which case stands for which row.

mod delays;
mod failures;
mod groups;
mod leases;
mod order;
mod outbox;
mod plain;
mod requests;
pub mod stage;
mod stops;
mod traces;
