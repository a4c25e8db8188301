//! A plugin that does not start when `STUBBORN` says so.
use crate::prelude::*;

#[derive(Debug, Settings)]
#[settings(prefix = "STUBBORN")]
pub struct Mood {
    /// `no`, `new` or `on_boot`.
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
