//! `/system/api/queues`: how every subscriber stands, in the order of the events.

use super::{Answering, Asking, Page, told};
use crate::event::SubscriberStatus;

pub(super) const PAGE: Page = Page::about_events("/system/api/queues", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let events = asking.shown.inside.bus()?.topology().await?;
        let subscribers: Vec<SubscriberStatus> = events.into_iter().flat_map(|event| event.subscribers).collect();
        told(&subscribers)
    })
}
