//! Fails on poison while the test says so.
use crate::prelude::*;

#[plugin]
pub struct Taster {
    log: Log,
}

#[plugin]
impl Taster {
    #[on(Poison)]
    async fn taste(&self, event: &Poison) -> Result<()> {
        self.log.add("tasted", &event.name);
        if self.log.is_poisonous() { Err(Error::internal("it is bitter")) } else { Ok(()) }
    }
}
