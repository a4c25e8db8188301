//! A plugin that does not start, or does not end, when `STUBBORN` says so.
use std::future::pending;

use crate::prelude::*;

#[derive(Debug, Settings)]
#[settings(prefix = "STUBBORN")]
pub struct Mood {
    /// `no`, `new`, `on_boot`, `on_shutdown`, or `on_shutdown by force`.
    #[setting(default = "no")]
    refuses: String,
    /// How many times.
    #[setting(default = "1")]
    times: u8,
}

pub struct Stubborn {
    config: Config<Mood>,
}

#[plugin]
impl Stubborn {
    pub fn new(config: Config<Mood>) -> Result<Self> {
        if config.refuses == "new" { Err(Error::internal("not today")) } else { Ok(Self { config }) }
    }

    async fn on_boot(&self) -> Result<()> {
        if self.config.refuses == "on_boot" { Err(Error::internal("not now")) } else { Ok(()) }
    }

    async fn on_shutdown(&self) {
        match self.config.refuses.as_str() {
            "on_shutdown" => pending().await,
            "on_shutdown by force" => loop {
                std::thread::park();
            },
            _ => {}
        }
    }

    #[get("/stubborn")]
    async fn execute(&self) -> u8 {
        self.config.times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn a_test_gets_the_section_that_it_names(config: Config<Mood>) {
        assert_eq!(Stubborn::new(config).unwrap().execute().await, 1);
    }
}
