//! `/system/api/schemas`: the JSON Schema of every event.

use super::{Answering, Asking, Page, told};
use crate::manifest::event_schemas;

pub(super) const PAGE: Page = Page::shows("/system/api/schemas", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move { told(&event_schemas(asking.shown.inside.manifest())) })
}
