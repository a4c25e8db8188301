//! For tests: what was published, and answers of the test's own. `#[microcore::test]` makes a bus that keeps both.

use std::sync::Arc;

use microcore_runtime::error::Result;
use microcore_runtime::event::{Answered, Event, Subscribers};

use super::{EventBus, ReplyOf, Transport};

impl<A: Subscribers, T: Transport> EventBus<A, T> {
    /// In tests: from now on requests of type `E` are answered by this function, and no longer by a plugin.
    ///
    /// ```ignore
    /// bus.answer::<StockAsked>(|asked| Ok(asked.item == 7));
    /// ```
    ///
    /// # Panics
    ///
    /// Outside of tests, where plugins answer.
    pub fn answer<E: Answered<A>>(&self, answer: impl Fn(Arc<E>) -> Result<ReplyOf<A, E>> + Send + Sync + 'static) {
        let recorder = self.link.recorder.as_ref();
        recorder.expect("`answer` is for tests: only the bus of a `#[microcore::test]` takes answers").answer(answer);
    }

    /// In tests: what was published, the events of type `E`, oldest first. What a transaction publishes counts from its
    /// commit on, and what was refused does not.
    ///
    /// # Panics
    ///
    /// Outside of tests, where nothing is kept.
    pub fn published<E: Event>(&self) -> Vec<Arc<E>> {
        let recorder = self.link.recorder.as_ref();
        recorder.expect("`published` is for tests: only the bus of a `#[microcore::test]` keeps events").of::<E>()
    }
}
