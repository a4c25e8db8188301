//! One of two porters, who share loads, and crates apart from loads.
use crate::prelude::*;

#[plugin]
pub struct PorterFirst {
    log: Log,
}

#[plugin]
impl PorterFirst {
    #[on(Load, group = "porters")]
    async fn carry(&self, event: &Load) {
        self.log.add("load first", &event.number.to_string());
    }

    #[on(CrateMoved, group = "porters")]
    async fn push(&self, event: &CrateMoved) {
        self.log.add("crate first", &event.number.to_string());
    }
}
