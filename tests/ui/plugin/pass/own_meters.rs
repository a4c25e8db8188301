//! A plugin counts by itself, two plugins share a struct, and a meter without a tool is enough.

microcore::app! { root: "own_meters" }

fn main() {
    let plugins = <App as microcore::__private::Application>::MANIFEST.plugins;
    assert!(plugins.iter().all(|plugin| plugin.meters.is_some() && !plugin.tools.contains(&"meter")));
}
