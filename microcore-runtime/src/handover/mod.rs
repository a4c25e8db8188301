//! One process of an application takes over from another, without a moment in which nobody listens.
//!
//! ```text
//! old: starts the program again ─ sockets as LISTEN_FDS, a channel as its standard input
//! new: hello → (welcome) → boots fully → ready → (go) → accepts
//! old:                                           go → stops accepting → drains → (left) → ends
//! ```
//!
//! In production `Upgrades` is the old one, by `upgrade` or SIGUSR2; while developing, `dev` is, for one process after
//! the other. A new one that does not get as far as `ready` changes nothing.

pub(crate) mod breaking;
pub(crate) mod channel;
pub(crate) mod control;
mod given;
pub(crate) mod notify;
mod predecessor;
mod program;
mod successor;
mod upgrades;

pub(crate) use self::given::{adopt, gathered, leave};
pub use self::given::{give, give_to_any, hands_on, taken, when_taken};
pub(crate) use self::predecessor::{Draining, Predecessor};
pub(crate) use self::program::Program;
pub(crate) use self::successor::Successor;
pub(crate) use self::upgrades::{Asked, PATIENCE, Upgrades};
