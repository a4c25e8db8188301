//! What `PG_POOLER` says.

use microcore_runtime::settings::FromSetting;

/// What stands in front of the server, such as `PgBouncer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pooler {
    /// Nothing.
    None,
    /// A pooler that gives each connection of ours one of its own, for as long as it lives.
    Session,
    /// A pooler that gives each transaction whatever connection is free. Every call is then a transaction that is begun
    /// and ended, and prepares its statement anew.
    Transaction,
}

impl FromSetting for Pooler {
    const EXPECTS: &'static str = "none, session or transaction";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "session" => Some(Self::Session),
            "transaction" => Some(Self::Transaction),
            _ => None,
        }
    }
}
