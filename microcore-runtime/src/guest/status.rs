//! How a guest is, for whoever looks: the command `sidecars` and the system pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a guest is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemGuest")]
pub struct GuestStatus {
    /// `billing.invoice_pdf`.
    pub name: String,
    /// `process`.
    pub kind: String,
    /// How often it was loaded; 0 where it never was.
    pub generation: u64,
    /// `ready`, `paused` (it failed five times in a row), `restarting`, `off` (it died too often) or `failed` (it was
    /// never loaded).
    pub state: String,
    /// How many calls there were, of this generation.
    pub calls: u64,
    /// How many of them failed.
    pub failures: u64,
    /// Of the latest calls, 99 of 100 took no longer, in seconds.
    pub p99: Option<f64>,
    /// Its resident memory in bytes.
    pub memory: Option<u64>,
    /// What went wrong last: why the folder as it is now is not loaded, else the last failure of a call.
    pub last_error: Option<String>,
}
