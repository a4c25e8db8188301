//! A route's media type is a media type, and the type of its reply leaves one to say.

#![allow(unused_variables)]

microcore::app! { root: "media_type" }

fn main() {}
