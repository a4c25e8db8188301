//! `graph`: prints what connects plugins, tools and events.

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::manifest::{Graph, Manifest, Picture, View};

pub(super) fn run(manifest: &Manifest, options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let graph = Graph::of(manifest);
    let text = match options.get_one::<String>("format").map(String::as_str) {
        Some("dot") => graph.to_dot(),
        Some("json") => graph.to_json(),
        Some("svg") => Picture::of(manifest, &View::Fitting).to_svg(),
        _ => graph.to_mermaid(),
    };
    surroundings.result(&text)
}
