//! Stands around the runs of its domain.
use crate::note;
use crate::prelude::*;

#[plugin]
pub struct Guard {
    db: Db,
}

#[plugin]
impl Guard {
    #[around(jobs, domain = "vault")]
    async fn watch(&self, work: &Work, next: impl Next<Result<()>>) -> Result<()> {
        let outcome = next.await;
        let Work { name, plugin, handler, attempt, is_job, .. } = *work;
        let said = format!("guard {name} {plugin}.{handler} {attempt} {is_job} {}", outcome.is_ok());
        note(&self.db, said).await?;
        outcome
    }
}
