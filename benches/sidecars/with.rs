//! An application with the tool `sidecars` and no guest: what its routes cost, for `main.rs` to compare.

#![allow(unreachable_pub, missing_docs, missing_debug_implementations, reason = "the files of an application")]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "a bench")]

microcore::app! { root: "routes", sidecars: Process }

mod count;

fn main() {
    count::asked();
}
