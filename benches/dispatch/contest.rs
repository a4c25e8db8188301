//! The contestants: the generated fan-out, the same calls by hand, and a map from names to boxed functions.
//!
//! `fan_out_*` start from an event that exists; `publish_*` also make the event and share it, as `Bus::publish` does.

use std::collections::HashMap;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use microcore_runtime::event::{Deliveries, Dispatch, Event, Published};

use crate::domains::shop::events::{OrderPlaced, Ticked};
use crate::{App, BUS, work};

/// As many names as a middling application has.
const NAMES: usize = 50;

/// Names → boxed functions: what is usually built where the subscribers are found at run time.
pub(crate) struct Registry<E>(HashMap<String, Vec<Subscriber<E>>>);

pub(crate) type Subscriber<E> = Arc<dyn Fn(&E) + Send + Sync>;

impl<E: Event> Registry<E> {
    fn of(subscribers: [fn(&E); 2]) -> Self {
        let others = (1..NAMES).map(|number| format!("domain{}.event{number}", number % 7));
        let names = others.chain([E::NAME.to_owned()]);
        let boxed = || subscribers.iter().map(|subscriber| Arc::new(*subscriber) as Subscriber<E>).collect();
        Self(names.map(|name| (name, boxed())).collect())
    }

    fn dispatch(&self, name: &str, event: &E) {
        for subscriber in self.0.get(name).into_iter().flatten() {
            subscriber(event);
        }
    }
}

static ORDERS: LazyLock<Registry<OrderPlaced>> = LazyLock::new(|| Registry::of([work::journal, work::tally]));
static TICKS: LazyLock<Registry<Ticked>> = LazyLock::new(|| Registry::of([work::backward, work::forward]));

/// An event with its two subscribers, in three ways.
pub(crate) trait Contest: Event {
    fn make() -> Self;
    fn by_hand(&self);
    fn registry() -> &'static Registry<Self>
    where
        Self: Sized;
}

impl Contest for OrderPlaced {
    fn make() -> Self {
        Self { id: black_box(4711), email: black_box("ana@example.com").to_owned(), cents: black_box(1999) }
    }

    fn by_hand(&self) {
        work::journal(self);
        work::tally(self);
    }

    fn registry() -> &'static Registry<Self> {
        &ORDERS
    }
}

impl Contest for Ticked {
    fn make() -> Self {
        Self { by: black_box(1) }
    }

    fn by_hand(&self) {
        work::backward(self);
        work::forward(self);
    }

    fn registry() -> &'static Registry<Self> {
        &TICKS
    }
}

/// What the bus hands to the wiring.
pub(crate) fn published<E: Contest>() -> Published<E> {
    static DELIVERIES: LazyLock<Deliveries> = LazyLock::new(Deliveries::default);
    Published::new(Arc::new(E::make()), None, *DELIVERIES)
}

#[inline(never)]
pub(crate) fn fan_out_generated<E: Contest>(app: &'static App, event: &Published<E>)
where
    App: Dispatch<E>,
{
    app.inline(event);
}

#[inline(never)]
pub(crate) fn fan_out_by_hand<E: Contest>(event: &Arc<E>) {
    event.by_hand();
}

#[inline(never)]
pub(crate) fn fan_out_by_map<E: Contest>(event: &Arc<E>) {
    E::registry().dispatch(black_box(E::NAME), event);
}

#[inline(never)]
pub(crate) fn publish_generated<E: Contest>()
where
    App: Dispatch<E>,
{
    let bus = BUS.get().expect("the application is booted");
    let mut published = pin!(bus.publish(E::make()));
    let done = published.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(done, Poll::Ready(Ok(()))), "publishing to inline subscribers does not wait");
}

#[inline(never)]
pub(crate) fn publish_by_hand<E: Contest>() {
    fan_out_by_hand(&black_box(Arc::new(E::make())));
}

#[inline(never)]
pub(crate) fn publish_by_map<E: Contest>() {
    fan_out_by_map(&black_box(Arc::new(E::make())));
}
