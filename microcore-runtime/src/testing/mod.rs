//! What `#[microcore::test]` calls: tools by name, and whole applications on a free port.
#![allow(clippy::missing_panics_doc, reason = "a test that can't go on has failed")]

mod client;
mod clock;
mod exchange;
mod fixture;
mod running;

pub use self::client::{Client, Reply};
pub use self::clock::Clock;
pub use self::exchange::exchange;
pub use self::fixture::{Fixture, Make, boot, join, make, of_app, run};
pub use self::running::Running;
