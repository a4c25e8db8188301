//! The application is wired at the root of its crate.

mod inside {
    microcore::app! {}
}

fn main() {}
