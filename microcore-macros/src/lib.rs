//! The macros of MicroCore.
//!
//! Data flows one way: tokens → declaration → wiring graph → checks → code.
