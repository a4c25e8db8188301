//! `/system/api/graph`: what connects routes, plugins, events, tables and tools, as nodes and edges and as a picture.
//! `view` is `all` or `domains`, `domain` opens one, `around` is the id of a node.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answering, Asking, Page, told};
use crate::error::Error;
use crate::manifest::{Graph, Picture, View};
use crate::request::{Body, Inputs};

pub(super) const PAGE: Page = Page::shows("/system/api/graph", answer);

/// The graph, and the part of it that was asked for as a picture.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemMap")]
pub(in crate::system) struct GraphView {
    /// How many nodes the whole graph has.
    size: usize,
    picture: Picture,
    graph: Graph,
}

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::new(asking.head, Body::of(""));
        let (view, domain) = (inputs.query::<Option<String>>("view"), inputs.query::<Option<String>>("domain"));
        let around = inputs.query::<Option<String>>("around");
        let (Some(view), Some(domain), Some(around)) = (view, domain, around) else { return Ok(inputs.refuse()) };
        let view = match view.as_deref() {
            None => View::Fitting,
            Some("all") => View::All,
            Some("domains") => View::Domains(None),
            Some(_) => return Err(Error::bad_request("query parameter `view` must be all or domains")),
        };
        let view = match (domain, around) {
            (_, Some(id)) => View::Around(id),
            (Some(domain), _) => View::Domains(Some(domain)),
            (None, None) => view,
        };
        let manifest = asking.shown.inside.manifest();
        let graph = Graph::of(manifest);
        told(&GraphView { size: graph.nodes.len(), picture: Picture::of(manifest, &view), graph })
    })
}
