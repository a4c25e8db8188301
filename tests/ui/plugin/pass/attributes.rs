//! Attributes of others pass through, and what a rule says of a number holds exactly.

#![deny(warnings)]

microcore::app! { root: "attributes" }

fn main() {
    let route = |path: &str| *App::MANIFEST.plugins[0].routes.iter().find(|route| route.path == path).unwrap();
    assert!(route("/old").deprecated && !route("/new").deprecated);
}

use microcore::application::Application as _;
