//! `/system/api/fleet`: the replicas of the application, as this one sees them.

use super::{Answering, Asking, Page, told};

pub(super) const PAGE: Page = Page::shows("/system/api/fleet", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&asking.shown.fleet().await) })
}
