//! The one module that generated code names. Re-exports only.

pub use http::Method as HttpMethod;

pub use crate::application::Application;
pub use crate::context::Context;
pub use crate::handler::{on_blocking_pool, sendable};
pub use crate::request::{Body, FromParam, FromQuery, Head, Inputs};
pub use crate::response::{Reply, Response, failure, reply, schema_of, shape};
pub use crate::router::{Segments, method_not_allowed, not_found, options, unavailable};
pub use crate::server::Respond;
pub use crate::settings::{Environment, FromSetting, Key, Problems, Settings};
pub use crate::validation::{BodyRules, Violations};
