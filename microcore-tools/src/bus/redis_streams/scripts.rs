//! The scripts that Redis runs: each is one step of a delivery, whole or not at all.

use redis::Script;

macro_rules! script {
    ($file:literal) => {
        Script::new(concat!(include_str!("shared.lua"), "\n", include_str!($file)))
    };
}

/// All of them, by what they do.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) enqueue: Script,
    pub(super) claim: Script,
    pub(super) next: Script,
    pub(super) renew: Script,
    pub(super) replay: Script,
    pub(super) status: Script,
    pub(super) leave: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            enqueue: script!("enqueue.lua"),
            claim: script!("claim.lua"),
            next: script!("next.lua"),
            renew: script!("renew.lua"),
            replay: script!("replay.lua"),
            status: script!("status.lua"),
            leave: script!("leave.lua"),
        }
    }
}
