//! `/system/api/events`: every event with who publishes and who hears it, and of every subscriber its lag, and what is in
//! flight, delayed and dead.

use super::{Answering, Asking, Page, told};

pub(super) const PAGE: Page = Page::about_events("/system/api/events", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&asking.shown.inside.bus()?.topology().await?) })
}
