//! The one module that generated code names. Re-exports only.

pub use microcore_macros::{collect, wire};
pub use microcore_runtime::__private::*;
pub use microcore_tools::__private::*;
