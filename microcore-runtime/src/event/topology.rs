//! Who publishes which event and who hears it, with how every subscriber stands. In: the manifest and the status of the
//! subscribers. Out: one entry per event.

use serde::Serialize;

use super::SubscriberStatus;
use crate::manifest::{EventFacts, Manifest, PluginFacts};

/// One event with both of its ends.
///
/// ```
/// use microcore_runtime::event::{EventStatus, SubscriberStatus};
///
/// /// Whom to look at first, out of `bus.topology()`.
/// fn in_trouble(events: &[EventStatus]) -> Vec<&SubscriberStatus> {
///     let subscribers = events.iter().flat_map(|event| &event.subscribers);
///     subscribers.filter(|one| one.paused || one.dead > 0).collect()
/// }
/// # assert!(in_trouble(&[]).is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct EventStatus {
    /// The event's name.
    pub event: String,
    /// The domain that declares it; empty for those of the bus itself.
    pub domain: String,
    /// The plugins that publish or request it, as far as their source says.
    pub publishers: Vec<String>,
    /// The plugin that answers it, where it is a request.
    pub responder: Option<String>,
    /// Who hears it.
    pub subscribers: Vec<SubscriberStatus>,
}

/// Every event of the application, and those of the bus that somebody hears.
pub fn topology(manifest: &Manifest, status: Vec<SubscriberStatus>) -> Vec<EventStatus> {
    let names = |of: &dyn Fn(&PluginFacts) -> bool| -> Vec<String> {
        let plugins = manifest.plugins.iter().filter(|plugin| of(plugin));
        plugins.map(|plugin| plugin.identity.name.to_owned()).collect()
    };
    let declared = |event: &EventFacts| EventStatus {
        event: event.name.to_owned(),
        domain: event.domain.to_owned(),
        publishers: names(&|plugin| plugin.publishes.contains(&event.ty)),
        responder: names(&|plugin| plugin.replies.iter().any(|reply| reply.event == event.ty)).pop(),
        subscribers: Vec::new(),
    };
    let mut events: Vec<EventStatus> = manifest.events.iter().map(declared).collect();
    for subscriber in status {
        let place = events.iter().position(|event| event.event == subscriber.event).unwrap_or_else(|| {
            let event = subscriber.event.clone();
            let (domain, publishers, responder, subscribers) = (String::new(), Vec::new(), None, Vec::new());
            events.push(EventStatus { event, domain, publishers, responder, subscribers });
            events.len() - 1
        });
        events[place].subscribers.push(subscriber);
    }
    events
}
