//! The time, as a tool.
use microcore::prelude::*;

#[derive(Clone)]
pub struct Clock;

/// The wall clock.
#[tool]
impl Clock {
    pub async fn setup() -> Result<Self> {
        Ok(Self)
    }
    /// Seconds since the epoch.
    pub fn now(&self) -> u64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}
