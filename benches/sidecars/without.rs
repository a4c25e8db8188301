//! The same application without the tool `sidecars`: what its routes cost, for `main.rs` to compare.

#![allow(unreachable_pub, missing_docs, missing_debug_implementations, reason = "the files of an application")]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "a bench")]

microcore::app! { root: "routes" }

mod count;

fn main() {
    count::asked();
}
