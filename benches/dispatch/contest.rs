//! The contestants: the generated fan-out, the same calls by hand, and a map from names to boxed functions.
//!
//! `fan_out_*` start from an event that exists; `publish_*` also make the event and share it, as `Bus::publish` does.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use microcore_runtime::event::{Deliveries, Dispatch, Event, Published};

use microcore::__private::{Body, Head, Response};
use microcore_runtime::testing;

use crate::domains::shop::events::{OrderPlaced, Ticked};
use crate::{App, BUS, work};

/// As many names as a middling application has.
const NAMES: usize = 50;

/// Names → boxed functions: what is usually built where the subscribers are found at run time. It is one for the whole
/// bus, so a subscriber is given whatever was published and looks whether it is its own type of event.
struct Registry(HashMap<String, Vec<Subscriber>>);

type Subscriber = Arc<dyn Fn(&(dyn Any + Send + Sync)) + Send + Sync>;

impl Registry {
    fn subscribe<E: Event>(&mut self, name: &str, subscriber: fn(&E)) {
        let boxed = move |event: &(dyn Any + Send + Sync)| {
            if let Some(event) = event.downcast_ref() {
                subscriber(event);
            }
        };
        self.0.entry(name.to_owned()).or_default().push(Arc::new(boxed));
    }

    fn dispatch(&self, name: &str, event: &(dyn Any + Send + Sync)) {
        for subscriber in self.0.get(name).into_iter().flatten() {
            subscriber(event);
        }
    }
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let mut registry = Registry(HashMap::new());
    for subscriber in [work::journal, work::tally] {
        registry.subscribe(OrderPlaced::NAME, subscriber);
    }
    for subscriber in [work::backward, work::forward] {
        registry.subscribe(Ticked::NAME, subscriber);
    }
    for number in 2..NAMES {
        let name = format!("domain{}.event{number}", number % 7);
        registry.subscribe(&name, work::journal);
        registry.subscribe(&name, work::tally);
    }
    registry
});

/// An event with its two subscribers, in three ways.
pub(crate) trait Contest: Event {
    fn make() -> Self;
    fn by_hand(&self);
}

impl Contest for OrderPlaced {
    fn make() -> Self {
        Self { id: black_box(4711), email: black_box("ana@example.com").to_owned(), cents: black_box(1999) }
    }

    fn by_hand(&self) {
        work::journal(self);
        work::tally(self);
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
}

/// What the bus hands to the wiring.
pub(crate) fn published<E: Contest>() -> Published<E> {
    static DELIVERIES: LazyLock<Deliveries> = LazyLock::new(Deliveries::default);
    Published::new(Arc::new(E::make()), None, *DELIVERIES)
}

/// What a call of a contestant costs before it does anything: counted like one, and taken off the others.
#[inline(never)]
pub(crate) fn nothing<E: Contest>(_: &Arc<E>) {
    // Or the call itself is left out.
    black_box(());
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
    REGISTRY.dispatch(black_box(E::NAME), &**event);
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

/// The head of a request for this path.
pub(crate) fn head(path: &str) -> Head {
    http::Request::get(path).body(()).expect("the path is valid").into_parts().0
}

/// A request as the server has it answered, without the server.
#[inline(never)]
pub(crate) fn request(app: &'static App, head: &Head) {
    let mut response = Response::default();
    let mut answered = pin!(testing::exchange(app, head, Body::of(""), &mut response));
    let done = answered.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(done.is_ready(), "nothing of it waits");
}
