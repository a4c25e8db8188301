//! A path in `app!` is the type of a tool.

#![allow(unused_variables)]

microcore::app! { root: "unknown_provider", mail: crate::tools::mail::Mailer }

fn main() {}
