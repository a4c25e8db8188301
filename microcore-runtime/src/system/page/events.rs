//! `/system/events`: every event with who publishes and who hears it, and of every subscriber its lag, and what is in
//! flight, delayed and dead.

use super::{Answering, Asking, Page};
use crate::response::reply;

pub(super) const PAGE: Page = Page { path: "/system/events", needs_bus: true, acts: false, answer };

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { Ok(reply(200, asking.inside.bus()?.topology().await?)) })
}
