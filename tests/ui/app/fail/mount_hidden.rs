//! Every file of a mount can be reached: nothing else answers for all of them.

#![allow(unused_variables)]

microcore::app! { root: "mount_hidden" }

fn main() {}
