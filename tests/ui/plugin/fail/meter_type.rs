//! What is called `meter` is the plugin's own meters.

#![allow(unused_variables)]

microcore::app! { root: "meter_type" }

fn main() {}
