//! MicroCore.
