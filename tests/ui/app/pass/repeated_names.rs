//! Plugins of two domains share file, type and handler names; models stay inside their domain.

microcore::app! { root: "repeated_names" }

fn main() {}
