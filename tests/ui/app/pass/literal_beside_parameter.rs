//! `/users/me` beside `/users/{id}` and `/users/{*rest}` are three routes; one path may have many methods.

microcore::app! { root: "literal_beside_parameter" }

fn main() {}
