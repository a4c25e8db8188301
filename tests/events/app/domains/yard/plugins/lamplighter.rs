//! Does not start where the test says so.
use crate::prelude::*;

#[plugin]
pub struct Lamplighter {
    log: Log,
}

#[plugin]
impl Lamplighter {
    async fn on_boot(&self) -> Result<()> {
        if self.log.is_dark() { Err(Error::internal("no matches")) } else { Ok(()) }
    }

    #[on(Lamp)]
    async fn light(&self, event: &Lamp) {
        self.log.add("lamp", &event.number.to_string());
    }
}
