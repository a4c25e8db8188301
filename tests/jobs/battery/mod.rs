//! What a schedule or a job promises, on any database: with a clock that a test moves, with two processes on one database, and with
//! processes that are killed.

mod clock;
mod enqueued;
mod fleet;
mod killed;
pub mod stage;
mod steps;
mod timers;
