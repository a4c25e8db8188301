//! A mount is a folder.

#![allow(unused_variables)]

microcore::app! { root: "mount_type" }

fn main() {}
