//! `/system/api/health`: asks every tool in use how it is, now; with the reason, which `/ready` keeps to itself, and since
//! when it is so.

use super::{Answering, Asking, Page, told};

pub(super) const PAGE: Page = Page::shows("/system/api/health", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&asking.shown.health().await) })
}
