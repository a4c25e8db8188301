//! Hears in the publisher's task, and later.
use crate::prelude::*;

pub struct Waiter {
    journal: Journal,
}

#[plugin]
impl Waiter {
    pub fn new(journal: Journal) -> Self {
        journal.note("waiter.new");
        Self { journal }
    }

    #[on(OrderPlaced, inline)]
    fn execute(&self, event: &OrderPlaced) {
        self.journal.note(&format!("inline {}", event.dish));
    }

    #[on(OrderPlaced, inline)]
    fn stumbles(&self, _event: &OrderPlaced) -> Result<()> {
        panic!("the tray fell")
    }

    #[on(DishServed)]
    fn served(&self, event: &DishServed) -> Result<()> {
        let context = microcore::context::current().expect("a delivery has a context");
        self.journal.note(&format!("served {} because of {}", event.dish, context.origin));
        Ok(())
    }

    async fn on_boot(&self) -> Result<()> {
        self.journal.note("waiter.on_boot");
        Ok(())
    }

    async fn on_shutdown(&self) {
        self.journal.note("waiter.on_shutdown");
    }
}
