//! The messages of `proto/sidecar.proto` and the trait of its service, as `tests/generated.rs` writes them.

include!("../proto/generated.in");
