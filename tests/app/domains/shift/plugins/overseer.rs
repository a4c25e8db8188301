//! Runs around the deliveries of its domain.
use crate::prelude::*;

#[plugin]
pub struct Overseer {
    journal: Journal,
}

#[plugin]
impl Overseer {
    /// Says what is handled, and how it ended.
    #[around(events, domain = "shift", order = -1)]
    async fn watch(&self, work: &Work, next: impl Next<Result<()>>) -> Result<()> {
        let Work { name, domain, plugin, handler, attempt, .. } = *work;
        let origin = work.origin.as_ref().map_or_else(String::new, ToString::to_string);
        self.journal.note(&format!("in {name} {domain}.{plugin}.{handler} {attempt} because of {origin}"));
        let outcome = next.await;
        self.journal.note(&format!("out {}", outcome.is_ok()));
        outcome
    }

    /// Lets nobody in who is banned.
    #[before(events, jobs, domain = "shift", order = 3)]
    async fn check(&self, work: &Work) -> Result<()> {
        self.journal.note("check");
        if work.origin.as_ref().is_some_and(|origin| origin.to_string() == "banned") {
            return Err(Error::forbidden("banned"));
        }
        Ok(())
    }
}
