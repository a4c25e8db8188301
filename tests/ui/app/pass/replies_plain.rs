//! The shape of replies is one word.

microcore::app! { root: "replies_plain", replies: Plain }

fn main() {}
