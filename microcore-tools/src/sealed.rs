//! Who may implement the contracts of the tools: this crate alone, for now, because they grow with it.

/// Can be named nowhere else.
pub trait Sealed {}
