//! A word behind the name of a tool that drops in is a backend of its folder, or of the crate that is named after it.

#![allow(unused_variables)]

microcore::app! { root: "tool_backends", mail: Smpt, geocoding: Offline, clock: Fast }

fn main() {}
