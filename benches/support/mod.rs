//! What the benches share. Each takes what it needs.

pub(crate) mod build;
pub(crate) mod callgrind;
pub(crate) mod client;
pub(crate) mod edge;
pub(crate) mod package;
pub(crate) mod wrk;

/// Whether this is a run of `cargo bench`: `cargo test --all-targets` starts the same programs, and must not wait for them.
pub(crate) fn asked() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
