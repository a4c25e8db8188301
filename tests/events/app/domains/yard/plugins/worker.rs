//! Does jobs as they say, with two repetitions.
use std::time::Duration;

use microcore::error::Permanent;

use crate::prelude::*;

#[plugin]
pub struct Worker {
    log: Log,
}

#[plugin]
impl Worker {
    #[on(Task, retries = 2, backoff = "40ms")]
    async fn run(&self, event: &Task) -> Result<()> {
        let context = microcore::context::current().expect("a delivery has a context");
        let attempt = context.attempt;
        self.log.add("parent of job", &context.traceparent());
        self.log.begins(&event.name);
        if event.name.starts_with("stubborn") {
            // It holds on to its worker, as no asynchronous handler should.
            std::thread::sleep(Duration::from_millis(event.takes));
        } else {
            tokio::time::sleep(Duration::from_millis(event.takes)).await;
        }
        self.log.ends(&event.name);
        if attempt <= event.fails {
            self.log.add("failed", &event.name);
            let error = Error::internal(format!("attempt {attempt} of {} fails", event.name));
            // No repetition helps.
            let is_hopeless = event.name.starts_with("hopeless");
            return Err(if is_hopeless { error.with_source(Permanent::because("for ever")) } else { error });
        }
        self.log.add("done", &event.name);
        Ok(())
    }
}
