//! A tool that fails as `FLAKY` says.
use microcore::prelude::*;
use microcore::settings::Problems;

#[derive(Debug, Settings)]
pub struct FlakySettings {
    /// `up`, `error`, `panic` or `wrong`.
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
            "wrong" => {
                let mut problems = Problems::default();
                problems.add("vault.key", "is not a key");
                problems.add("vault.door", "is not a door");
                Err(Error::internal("the vault is no vault").with_source(problems))
            }
            _ => Ok(Self),
        }
    }

    /// Answers.
    pub fn answer(&self) -> u32 {
        42
    }
}
