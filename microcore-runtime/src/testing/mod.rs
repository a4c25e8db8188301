//! What `#[microcore::test]` calls: tools by name, and whole applications on a free port.

mod client;
mod fixture;
mod running;

pub use self::client::{Client, Reply};
pub use self::fixture::{Fixture, Make, boot, make, run};
pub use self::running::Running;
