//! Needs a tool that may be dead.
use crate::prelude::*;

#[plugin]
pub struct NeedsFlaky {
    flaky: Flaky,
}

#[plugin]
impl NeedsFlaky {
    #[get("/flaky")]
    async fn execute(&self) -> u32 {
        self.flaky.answer()
    }
}
