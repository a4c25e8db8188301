//! Traits and derives of the prelude, each pair under one name, ours in front: users need no other dependency.

// A named import wins over a glob, namespace by namespace: the traits come from the glob, the derives are ours.
pub use self::traits::*;
pub use microcore_macros::{Deserialize, Schema, Serialize, Settings, Validate};

mod traits {
    pub use crate::settings::Settings;
    pub use crate::validation::Validate;
    pub use schemars::JsonSchema as Schema;
    pub use serde::de::Deserialize;
    pub use serde::ser::Serialize;
}
