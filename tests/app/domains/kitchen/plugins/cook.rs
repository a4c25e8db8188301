//! Cooks what was ordered, in the third attempt.
use std::sync::atomic::{AtomicU32, Ordering};

use crate::prelude::*;

pub struct Cook {
    bus: Bus,
    journal: Journal,
    attempts: AtomicU32,
}

#[plugin]
impl Cook {
    pub fn new(bus: Bus, journal: Journal) -> Self {
        Self { bus, journal, attempts: AtomicU32::new(0) }
    }

    #[on(OrderPlaced, retries = 2, backoff = "1ms")]
    async fn execute(&self, event: &OrderPlaced) -> Result<()> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let context = microcore::context::current().expect("a delivery has a context");
        self.journal.note(&format!("attempt {attempt} of {} caused by {}", context.event.unwrap(), context.origin));
        match attempt {
            1 => Err(Error::internal("the pan is dirty")),
            2 => panic!("the pan burns"),
            _ => {
                self.bus.publish(DishServed { dish: event.dish.clone() }).await?;
                Ok(())
            }
        }
    }
}
