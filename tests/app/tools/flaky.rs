//! A tool that fails as `FLAKY` says.
use std::future::pending;
use std::path::Path;

use microcore::prelude::*;
use microcore::settings::Problems;

#[derive(Debug, Settings)]
pub struct FlakySettings {
    /// `up`, or what goes wrong where; `until <file>` is an error for as long as there is no such file.
    #[setting(key = "FLAKY", default = "up")]
    mode: String,
}

#[derive(Clone)]
pub struct Flaky {
    mode: String,
}

#[tool]
impl Flaky {
    pub async fn setup(settings: FlakySettings) -> Result<Self> {
        let mode = settings.mode;
        if mode.strip_prefix("until ").is_some_and(|file| !Path::new(file).exists()) {
            return Err(Error::internal("the vault is not built yet"));
        }
        match mode.as_str() {
            "error" => Err(Error::internal("the vault is locked: pin 1234")),
            "panic" => panic!("out of ideas"),
            "wrong" => {
                let mut problems = Problems::default();
                problems.add("vault.key", "is not a key");
                problems.add("vault.door", "is not a door");
                Err(Error::internal("the vault is no vault").with_source(problems))
            }
            _ => Ok(Self { mode }),
        }
    }

    pub async fn on_boot_complete(&self) {
        assert_ne!(self.mode, "panic at the end of the boot", "nothing is complete");
    }

    pub async fn health_check(&self) -> Result<()> {
        if self.mode == "panic when asked" { panic!("do not ask") } else { Ok(()) }
    }

    pub async fn shutdown(&self) {
        match self.mode.as_str() {
            "panic at the stop" => panic!("not like this"),
            "hang at the stop" => pending().await,
            _ => {}
        }
    }

    /// Answers.
    pub fn answer(&self) -> u32 {
        42
    }
}
