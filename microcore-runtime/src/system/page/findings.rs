//! `/system/api/findings`: what `check` says of the application that runs, a sentence each.

use super::{Answering, Asking, Page, told};
use crate::system::parts::Parts;

pub(super) const PAGE: Page = Page::shows("/system/api/findings", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut findings = asking.shown.inside.parts().map(Parts::findings).unwrap_or_default();
        findings.extend_from_slice(&asking.shown.findings);
        told(&findings)
    })
}
