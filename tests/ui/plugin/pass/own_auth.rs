//! A tool `auth` of the application's own says where a token stands.

microcore::app! { root: "own_auth" }

fn main() {}
