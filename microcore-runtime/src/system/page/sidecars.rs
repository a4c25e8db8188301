//! `/system/api/sidecars`: how every guest is.

use super::{Answering, Asking, Page, told};

pub(super) const PAGE: Page = Page::shows("/system/api/sidecars", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&asking.shown.inside.guests()) })
}
