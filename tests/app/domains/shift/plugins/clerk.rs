//! Begins shifts, and hears of them: in the second attempt where the worker is late.
use crate::prelude::*;

#[plugin]
pub struct Clerk {
    bus: Bus,
    journal: Journal,
}

#[plugin]
impl Clerk {
    #[post("/shifts/{worker}")]
    async fn begin(&self, worker: String) -> Result<NoContent> {
        self.bus.publish(ShiftBegun { worker }).await?;
        Ok(NoContent)
    }

    #[on(ShiftBegun, retries = 1, backoff = "1ms")]
    async fn note(&self, event: &ShiftBegun) -> Result<()> {
        self.journal.note(&format!("clerk {}", event.worker));
        let attempt = microcore::context::current().map_or(0, |context| context.attempt);
        if event.worker == "late" && attempt == 1 { Err(Error::internal("not here yet")) } else { Ok(()) }
    }

    #[on(ShiftBegun, inline)]
    fn see(&self, event: &ShiftBegun) {
        self.journal.note(&format!("seen {}", event.worker));
    }
}
