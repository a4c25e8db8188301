//! The one module that generated code names. Re-exports only.

#[cfg(feature = "jobs")]
pub use microcore_cron::cron;
pub use microcore_macros::{collect, wire};
#[cfg(not(feature = "sql-check"))]
pub use microcore_runtime::__private::unchecked_statements as statements;
pub use microcore_runtime::__private::*;
#[cfg(feature = "sql-check")]
pub use microcore_sql::statements;
pub use microcore_tools::__private::*;

/// Traits and derives of the prelude, each pair under one name.
pub mod derives {
    // A named import wins over a glob, namespace by namespace: the traits come from the glob, the derives are ours.
    pub use microcore_macros::{Deserialize, Label, Meters, Schema, Serialize, Settings, Validate};
    pub use microcore_runtime::derives::*;
}
