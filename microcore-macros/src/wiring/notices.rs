//! The events that the bus itself publishes: every application has them, and any plugin may hear them.

use proc_macro2::Span;
use quote::format_ident;
use syn::LitStr;

use super::{EventNode, File, FileKind};
use crate::decl::EventDecl;

/// Type and name, as `microcore-runtime/src/event/notice.rs` declares them.
const NOTICES: [(&str, &str); 4] = [
    ("DeliveryFailed", "event.delivery.failed"),
    ("JobFailed", "event.job.failed"),
    ("SubscriberPaused", "event.subscriber.paused"),
    ("SubscriberResumed", "event.subscriber.resumed"),
];

pub(super) fn notices() -> Vec<EventNode> {
    let place = format_ident!("microcore");
    let node = |(ty, name): &(&str, &str)| EventNode {
        file: File { kind: FileKind::Event, domain: place.clone(), module: place.clone(), item: None },
        decl: EventDecl {
            ty: format_ident!("{ty}"),
            name: LitStr::new(name, Span::call_site()),
            replied: false,
            job: false,
            broken: false,
        },
        own: false,
    };
    NOTICES.iter().map(node).collect()
}
