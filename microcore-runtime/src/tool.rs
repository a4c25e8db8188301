//! The contract of a tool, which crates of tools share: see `microcore-core`.

pub use microcore_core::tool::Tool;
