//! What the bus reads from the environment.

use std::time::Duration;

use microcore_runtime::event::Limits;

/// The settings that every transport has.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::bus::BusSettings;
///
/// let settings = BusSettings::load(&Environment::of([("BUS_CAPACITY", "64")]))?;
/// assert_eq!((settings.capacity, settings.concurrency), (64, 64));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, microcore_macros::Settings)]
#[non_exhaustive]
pub struct BusSettings {
    /// Events per subscriber that are accepted and not yet handled; past that publishers wait.
    #[setting(key = "BUS_CAPACITY", default = "1024", within = "1..=1000000")]
    pub capacity: usize,
    /// Handlers per subscriber that run at once.
    #[setting(key = "BUS_CONCURRENCY", default = "64", within = "1..=100000")]
    pub concurrency: usize,
    /// How long a publisher waits for room before it is refused.
    #[setting(key = "BUS_PUBLISH_WAIT", default = "5s", within = "0s..=1d")]
    pub publish_wait: Duration,
    /// Deliveries in a row that fail for good before their subscriber is paused; 0 never pauses.
    #[setting(key = "BUS_PAUSE_AFTER", default = "5")]
    pub pause_after: u32,
    /// The first pause of a failing subscriber; it doubles, up to five minutes.
    #[setting(key = "BUS_PAUSE", default = "30s", within = "1ms..=1d")]
    pub pause: Duration,
    /// Dead letters that are kept in memory, where the transport keeps them nowhere else.
    #[setting(key = "BUS_DEAD_LETTERS", default = "1000", within = "0..=1000000")]
    pub dead_letters: usize,
}

impl BusSettings {
    /// As the runtime knows them.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            capacity: self.capacity,
            concurrency: self.concurrency,
            publish_wait: self.publish_wait,
            pause_after: self.pause_after,
            pause: self.pause,
            dead_letters: self.dead_letters,
        }
    }
}
