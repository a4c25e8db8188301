//! The transport within the process.

/// Delivers within the process: a direct call per subscriber, nothing kept across a restart.
#[derive(Debug, Clone, Copy)]
pub struct InProcess;
