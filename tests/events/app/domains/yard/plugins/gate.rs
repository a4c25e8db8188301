//! Lends the bus to the test: outside of plugins nobody has it.
use crate::prelude::*;

#[plugin]
pub struct Gate {
    bus: Bus,
    log: Log,
}

#[plugin]
impl Gate {
    async fn on_boot(&self) {
        self.log.lend(self.bus.clone());
    }
}
