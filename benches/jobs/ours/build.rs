//! A file dropped into `src/` or deleted from it is noticed.
fn main() {
    println!("cargo::rerun-if-changed=src");
}
