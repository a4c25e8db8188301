//! The one module that generated code names. Re-exports only.

pub use microcore_macros::{collect, wire};
#[cfg(not(feature = "sql-check"))]
pub use microcore_runtime::__private::unchecked_statements as statements;
pub use microcore_runtime::__private::*;
#[cfg(feature = "sql-check")]
pub use microcore_sql::statements;
pub use microcore_tools::__private::*;
