//! What a tool may know while it is set up.

use crate::manifest::Manifest;
use crate::settings::Environment;

/// The circumstances of a boot, handed to every [`Tool::setup`](crate::tool::Tool::setup).
#[derive(Debug, Clone)]
pub struct Boot {
    /// Where settings come from.
    pub environment: Environment,
    /// What is being booted.
    pub manifest: &'static Manifest,
    /// Whether this is a test: tools keep to temporary, isolated places and record what happens.
    pub test: bool,
}

impl Boot {
    /// The same with one more setting, which wins: what a test sets for itself.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.environment = self.environment.with(key, value);
        self
    }
}
