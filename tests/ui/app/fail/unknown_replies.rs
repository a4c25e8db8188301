//! A single word behind `replies` in `app!` is a shape of replies that the framework has.

microcore::app! { root: "unknown_replies", replies: Plian }

fn main() {}
