//! Whoever hears an event names one that is declared.

#![allow(unused_variables)]

microcore::app! { root: "event_undeclared" }

fn main() {}
