//! Hears the bell, in every process.
use crate::prelude::*;

#[plugin]
pub struct Ringer {
    log: Log,
}

#[plugin]
impl Ringer {
    #[on(Bell, broadcast)]
    async fn hear(&self, event: &Bell) {
        self.log.add("bell", &event.number.to_string());
    }
}
