//! For tests: something happens, everything that follows from it happens too, and then one asks what was published.

use std::sync::Arc;

use microcore_runtime::event::{Event, Subscribers};

use super::{BusError, EventBus, Publishable, Transport};

/// A test's story on one bus. Panics say what was missing.
#[derive(Debug)]
pub struct Scenario<'b, A: 'static, T: Transport> {
    bus: &'b EventBus<A, T>,
}

impl<A: Subscribers, T: Transport> EventBus<A, T> {
    /// In tests: a story that begins with an event.
    ///
    /// ```ignore
    /// bus.scenario().publish(OrderPlaced { id: 7 }).await?.expect::<OrderPaid>(|paid| paid.id == 7);
    /// ```
    pub fn scenario(&self) -> Scenario<'_, A, T> {
        Scenario { bus: self }
    }
}

impl<A: Subscribers, T: Transport> Scenario<'_, A, T> {
    /// Publishes, and waits until all that follows is done: delayed and repeated deliveries included.
    pub async fn publish<E: Publishable<A, T>>(self, event: E) -> Result<Self, BusError> {
        self.bus.publish(event).await?;
        self.bus.settled().await;
        Ok(self)
    }

    /// The first event of this type that was published and is as wanted.
    ///
    /// # Panics
    ///
    /// Where there is none; the message has the event's name and how many of it there were.
    #[track_caller]
    pub fn expect<E: Event>(&self, wanted: impl Fn(&E) -> bool) -> &Self {
        let published: Vec<Arc<E>> = self.bus.published::<E>();
        assert!(
            published.iter().any(|event| wanted(event)),
            "no `{}` is as expected; {} of it were published",
            E::NAME,
            published.len()
        );
        self
    }

    /// That no event of this type was published.
    ///
    /// # Panics
    ///
    /// Where there was one.
    #[track_caller]
    pub fn expect_none<E: Event>(&self) -> &Self {
        let count = self.bus.published::<E>().len();
        assert!(count == 0, "`{}` was published, {count} times", E::NAME);
        self
    }
}
