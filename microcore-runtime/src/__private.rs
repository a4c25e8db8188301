//! The one module that generated code names. Re-exports only.

pub use crate::__rules_of as rules_of;
pub use crate::settings::{Environment, FromSetting, Key, Problems, Settings};
pub use crate::validation::{
    BodyRules, Check, Probe, Refusal, Unchecked, Validate, Violations, may_be_missing, probe_field, probe_object,
    refuse_unknown,
};
pub use {schemars, serde, serde_json, validator};
