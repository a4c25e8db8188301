//! How an event is published: key, delay, ttl, priority, headers.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::Duration;

use super::Key;
use crate::context::Id;

/// A century. Longer waits end at a moment that no clock can tell, and are kept as this.
pub(super) const LONGEST: Duration = Duration::from_secs(36_525 * 24 * 60 * 60);

/// The options of one `publish_with`. The default is what `publish` does: at once, without a key, without an end.
///
/// ```
/// use std::time::Duration;
/// use microcore_runtime::event::PublishOptions;
///
/// let options = PublishOptions::new().key("customer-7").delay(Duration::from_secs(60)).header("tenant", "north");
/// ```
///
/// `Asks` lists what the transport must be able to keep; where it can't, `publish_with` does not compile.
///
/// ```
/// use microcore_runtime::event::{CrashSafe, Priority, PublishOptions};
///
/// fn urgent() -> PublishOptions<(Priority, (CrashSafe, ()))> {
///     PublishOptions::new().crash_safe().priority(9)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishOptions<Asks = ()> {
    pub(crate) extras: Extras,
    asks: PhantomData<Asks>,
}

/// What an event carries only where its publisher asked for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// The event's id, where its publisher gave it one.
    pub id: Option<Id>,
    /// Events of one key are handled in the order of publishing, one after the other, at each subscriber.
    pub key: Option<Key>,
    /// How long it waits before it is handed to anybody.
    pub delay: Option<Duration>,
    /// How long after publishing it is of use; the delay counts.
    pub ttl: Option<Duration>,
    /// Higher goes first where several wait.
    pub priority: i8,
    /// For the application's own use.
    pub headers: BTreeMap<String, String>,
}

/// Asked for by [`PublishOptions::priority`].
#[derive(Debug, Clone, Copy)]
pub enum Priority {}

/// Asked for by [`PublishOptions::crash_safe`].
#[derive(Debug, Clone, Copy)]
pub enum CrashSafe {}

/// Asked for by `#[on(…, broadcast)]`.
#[derive(Debug, Clone, Copy)]
pub enum Broadcast {}

impl PublishOptions {
    /// Nothing asked for.
    pub fn new() -> Self {
        Self { extras: Extras::default(), asks: PhantomData }
    }
}

impl Default for PublishOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl<Asks> PublishOptions<Asks> {
    /// Handlers of one key never overlap at a subscriber, and run in the order of publishing, repetitions included. An
    /// empty key is none: what has no key of its own must not wait for everything else that has none.
    #[must_use]
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.extras.key = Some(key.into()).filter(|key| !key.is_empty());
        self
    }

    /// The event's id, instead of a new one: whoever does not know whether a `publish` arrived publishes again with the
    /// same id. Nothing refuses the second, and its subscribers hear it twice; to those that ask `bus.first_time` it is
    /// one event.
    #[must_use]
    pub fn id(mut self, id: Id) -> Self {
        self.extras.id = Some(id);
        self
    }

    /// Handed to nobody before `delay` has passed, up to a century. It holds back no other event.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.extras.delay = Some(delay.min(LONGEST));
        self
    }

    /// Dropped where its handler has not begun `ttl` after publishing, up to a century. The trace says so.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.extras.ttl = Some(ttl.min(LONGEST));
        self
    }

    /// A value of the application's own, which travels along.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extras.headers.insert(name.into(), value.into());
        self
    }

    /// Goes before what waits with a lower priority; 0 is the default. The order within a key stays.
    #[must_use]
    pub fn priority(mut self, priority: i8) -> PublishOptions<(Priority, Asks)> {
        self.extras.priority = priority;
        PublishOptions { extras: self.extras, asks: PhantomData }
    }

    /// What the envelope keeps of them.
    pub fn into_extras(self) -> Extras {
        self.extras
    }

    /// Survives the end of this process, its delay included.
    #[must_use]
    pub fn crash_safe(self) -> PublishOptions<(CrashSafe, Asks)> {
        PublishOptions { extras: self.extras, asks: PhantomData }
    }
}

/// A transport that keeps everything in a list of options.
#[diagnostic::on_unimplemented(
    message = "the transport `{Self}` does not keep all that these options ask for",
    label = "asked for here",
    note = "remove the option, or choose a transport that keeps it in `app! {{ bus: … }}`; see docs/guide/events.md"
)]
pub trait KeepsAll<Asks> {}

impl<T> KeepsAll<()> for T {}

impl<T: Keeps<Ask> + KeepsAll<Rest>, Ask, Rest> KeepsAll<(Ask, Rest)> for T {}

/// A transport that keeps one option.
#[diagnostic::on_unimplemented(
    message = "the transport `{Self}` does not keep `{Ask}`",
    label = "asked for here",
    note = "remove the option, or choose a transport that keeps it in `app! {{ bus: … }}`; see docs/guide/events.md"
)]
pub trait Keeps<Ask> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_add_up() {
        let options =
            PublishOptions::new().key("a").delay(Duration::from_secs(1)).priority(3).header("x", "y").crash_safe();
        assert_eq!(options.extras.key.as_deref(), Some("a"));
        assert_eq!((options.extras.priority, options.extras.headers["x"].as_str()), (3, "y"));
    }

    #[test]
    fn an_empty_key_is_none() {
        assert_eq!(PublishOptions::new().key("a").key("").extras, Extras::default());
    }

    #[test]
    fn no_wait_is_longer_than_a_century() {
        let options = PublishOptions::new().delay(Duration::MAX).ttl(Duration::from_secs(u64::MAX));
        assert_eq!((options.extras.delay, options.extras.ttl), (Some(LONGEST), Some(LONGEST)));
    }
}
