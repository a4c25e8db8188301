//! Lends the application's database to the tests.
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use crate::prelude::*;

/// The databases of the applications that were booted, by the number that each was given.
pub static DATABASES: LazyLock<Mutex<HashMap<u64, Db>>> = LazyLock::new(Mutex::default);

#[derive(Settings)]
#[settings(prefix = "STAGE")]
pub struct StageSettings {
    /// The number of the application.
    #[setting(default = "0")]
    pub number: u64,
    /// Whether one of its plugins starts.
    #[setting(default = "true")]
    pub fickle: bool,
}

#[plugin]
pub struct Probe {
    db: Db,
    config: Config<StageSettings>,
}

#[plugin]
impl Probe {
    async fn on_boot(&self) -> Result<()> {
        DATABASES.lock().unwrap().insert(self.config.number, self.db.clone());
        Ok(())
    }
}
