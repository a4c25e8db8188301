//! Books payments, each once, and publishes within transactions.
use crate::prelude::*;

#[plugin]
pub struct Ledger {
    db: Db,
    bus: Bus,
    log: Log,
}

#[plugin]
impl Ledger {
    async fn on_boot(&self) {
        self.log.lend_db(self.db.clone());
    }

    #[on(Paid, retries = 3, backoff = "20ms")]
    async fn book(&self, event: &Paid) -> Result<()> {
        let attempt = microcore::context::current().map_or(0, |context| context.attempt);
        self.log.passes("relay");
        let booked = self.db.transaction(async |tx| {
            let first = self.bus.first_time(tx).await?;
            if first {
                tx.execute("INSERT INTO effects (number) VALUES ($1)", (event.number,)).await?;
            }
            self.log.passes("mid_handler");
            Ok::<bool, Error>(first)
        });
        let first = booked.await?;
        self.log.add("booked", &format!("{} {first}", event.number));
        self.log.passes("after_handler");
        if attempt <= event.fails { Err(Error::internal("the receipt is torn")) } else { Ok(()) }
    }
}
