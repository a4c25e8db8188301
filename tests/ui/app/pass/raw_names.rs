//! Words of the language are names: of files and domains, of fields, handlers, parameters and columns.

microcore::app! { root: "raw_names" }

fn main() {
    let manifest = &App::MANIFEST;
    let plugin = &manifest.plugins[0];
    assert_eq!(plugin.identity.name, "type.move");
    let route = plugin.routes[0];
    assert_eq!((route.handler, route.path), ("match", "/things/{type}"));
    let inputs: Vec<_> = route.inputs.iter().map(|input| (input.place, input.name)).collect();
    assert_eq!(inputs, [("path", "type"), ("query", "where")]);
    assert_eq!(manifest.events[0].fields, [("fn", "i64")]);
    assert_eq!(plugin.subscriptions[0].handler, "loop");
    assert!(plugin.routes.iter().any(|route| route.path == "/static/{*path}"));
}

use microcore::application::Application as _;
