//! A tool that no plugin names: it must never be set up.
use microcore::prelude::*;

#[derive(Debug, Settings)]
pub struct UntouchedSettings {
    /// Never asked for.
    #[setting(key = "UNTOUCHED")]
    _token: Secret<String>,
}

#[derive(Clone)]
pub struct Untouched;

#[tool]
impl Untouched {
    pub async fn setup(settings: UntouchedSettings) -> Result<Self> {
        let _ = settings;
        panic!("set up, although nobody names it")
    }
}
