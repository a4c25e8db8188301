//! Lends the bus to the bench: outside of plugins nobody has it.
use crate::prelude::*;

#[plugin]
pub struct Counter {
    bus: Bus,
}

#[plugin]
impl Counter {
    async fn on_boot(&self) -> Result<()> {
        crate::BUS.set(self.bus.clone()).map_err(|_| Error::internal("booted twice"))
    }
}
