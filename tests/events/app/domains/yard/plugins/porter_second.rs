//! One of two porters, who share loads, and crates apart from loads.
use crate::prelude::*;

#[plugin]
pub struct PorterSecond {
    log: Log,
}

#[plugin]
impl PorterSecond {
    #[on(Load, group = "porters")]
    async fn carry(&self, event: &Load) {
        self.log.add("load second", &event.number.to_string());
    }

    #[on(CrateMoved, group = "porters")]
    async fn push(&self, event: &CrateMoved) {
        self.log.add("crate second", &event.number.to_string());
    }
}
