//! Publishes what is handled later, and tells what this process has handled.
use std::sync::Mutex;
use std::time::Duration;

use microcore::error::Permanent;
use microcore::event::PublishOptions;

use crate::prelude::*;

pub struct Late {
    bus: Bus,
    handled: Mutex<Vec<String>>,
}

#[plugin]
impl Late {
    pub fn new(bus: Bus) -> Self {
        Self { bus, handled: Mutex::default() }
    }

    /// Publishes one of this name, of that key, due after so many milliseconds.
    #[post("/late/{name}")]
    async fn publish(&self, name: String, key: Option<String>, delay: u64, failing: u32) -> Result<NoContent> {
        let mut options = PublishOptions::new();
        if let Some(key) = key {
            options = options.key(key);
        }
        let options = options.delay(Duration::from_millis(delay));
        self.bus.publish_with(Belated { name, failing }, options).await?;
        Ok(NoContent)
    }

    /// What this process has handled: how, what, and in which attempt.
    #[get("/late")]
    async fn handled(&self) -> Result<Vec<String>> {
        Ok(self.handled.lock().unwrap().clone())
    }

    /// The dead letters: for whom, and after how many attempts.
    #[get("/late/dead")]
    async fn dead(&self) -> Result<Vec<(String, u32)>> {
        let letters = self.bus.dead_letters(10).await?;
        Ok(letters.into_iter().map(|letter| (letter.subscriber, letter.attempts)).collect())
    }

    #[on(Belated, inline)]
    fn at_once(&self, event: &Belated) {
        self.note("at once", event);
    }

    #[on(Belated, retries = 5, backoff = "500ms")]
    async fn in_time(&self, event: &Belated) -> Result<()> {
        if event.name == "broken" {
            return Err(Error::internal("it is broken").with_source(Permanent::because("for ever")));
        }
        if self.attempt() <= event.failing {
            return Err(Error::unavailable("not yet"));
        }
        self.note("in time", event);
        Ok(())
    }

    fn attempt(&self) -> u32 {
        microcore::context::current().map_or(0, |context| context.attempt)
    }

    fn note(&self, how: &str, event: &Belated) {
        self.handled.lock().unwrap().push(format!("{how} {} {}", event.name, self.attempt()));
    }
}
