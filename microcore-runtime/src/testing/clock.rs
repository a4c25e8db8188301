//! The clock of a booted application, for tests of what runs at times.

use std::fmt;
use std::time::Duration;

use crate::application::Application;
use crate::settings::FromSetting as _;

/// A clock that stands still until a test moves it: in a test, no schedule ticks by itself.
pub struct Clock<A: 'static>(&'static A);

impl<A: Application> Clock<A> {
    pub(super) fn of(app: &'static A) -> Self {
        Self(app)
    }

    /// Moves it on by `5m`, `3h` or `1d`, runs every tick that this makes due, in order, and returns when all is settled.
    ///
    /// # Panics
    ///
    /// Where the text is no duration, or a store fails.
    pub async fn advance(&self, by: &str) {
        let by = Duration::from_setting(by).unwrap_or_else(|| panic!("`{by}` is no duration, as in 90s, 5m or 3h"));
        self.0.advance(by).await.unwrap_or_else(|error| panic!("the clock can't be moved: {error}"));
    }
}

impl<A> fmt::Debug for Clock<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
