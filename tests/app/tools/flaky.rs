//! A tool that fails as `FLAKY` says.
use microcore::prelude::*;

#[derive(Debug, Settings)]
pub struct FlakySettings {
    /// `up`, `error` or `panic`.
    #[setting(key = "FLAKY", default = "up")]
    mode: String,
}

#[derive(Clone)]
pub struct Flaky;

#[tool]
impl Flaky {
    pub async fn setup(settings: FlakySettings) -> Result<Self> {
        match settings.mode.as_str() {
            "error" => Err(Error::internal("the vault is locked: pin 1234")),
            "panic" => panic!("out of ideas"),
            _ => Ok(Self),
        }
    }

    /// Answers.
    pub fn answer(&self) -> u32 {
        42
    }
}
