//! A path behind `replies` in `app!` is a type that says how replies look.

pub struct Shop;

microcore::app! { root: "replies_type", replies: crate::Shop }

fn main() {}
