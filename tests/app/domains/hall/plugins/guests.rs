//! Handlers that never end: of requests, and of events.
use std::future::pending;

use crate::prelude::*;

pub struct Guests {
    bus: Bus,
}

#[plugin]
impl Guests {
    pub fn new(bus: Bus) -> Self {
        Self { bus }
    }

    /// Waits for ever.
    #[get("/guests/hangs")]
    async fn hangs(&self) {
        pending().await
    }

    /// Blocks the thread that it runs on, for ever.
    #[get("/guests/blocks")]
    async fn blocks(&self) {
        loop {
            std::thread::park();
        }
    }

    #[post("/guests/{stays}")]
    async fn comes(&self, stays: bool) -> Result<NoContent> {
        self.bus.publish(GuestCame { stays }).await?;
        Ok(NoContent)
    }

    #[on(GuestCame)]
    async fn sits(&self, event: &GuestCame) {
        if event.stays {
            pending().await
        }
    }
}
