//! Streams and sockets beside every input that a route may have.

microcore::app! { root: "channels", auth: Jwt }

fn main() {}
