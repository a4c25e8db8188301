//! Enqueues: alone, many, and in transactions.
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use super::probe::StageSettings;
use crate::prelude::*;

/// The schedulers of the applications that were booted, by the number that each was given.
pub static SCHEDULERS: LazyLock<Mutex<HashMap<u64, Scheduler>>> = LazyLock::new(Mutex::default);

#[plugin]
pub struct Desk {
    scheduler: Scheduler,
    config: Config<StageSettings>,
}

#[plugin]
impl Desk {
    async fn on_boot(&self) -> Result<()> {
        SCHEDULERS.lock().unwrap().insert(self.config.number, self.scheduler.clone());
        Ok(())
    }
}
