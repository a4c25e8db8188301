//! The graph of the application: plugins, tools, events, tables, interceptors' scopes and schedules, and what connects
//! them.
//!
//! In: the manifest. Out: nodes and edges in a fixed order, and their text as Mermaid, DOT or JSON; and a picture of them.

mod dot;
mod json;
mod mermaid;
mod picture;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::picture::{Column, Line, Picture, Placed, View};
use super::event::event_by_type;
use super::{Manifest, PluginFacts, interceptors};

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "SystemNodeKind")]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// A plugin.
    Plugin,
    /// A tool that some plugin names.
    Tool,
    /// An event.
    Event,
    /// A table of the database.
    Table,
    /// Which requests, or which events and jobs, an interceptor runs around.
    Scope,
    /// The times at which a handler runs.
    Schedule,
}

/// What an edge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "SystemEdgeKind")]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// From a plugin to a tool.
    Uses,
    /// From a plugin to an event.
    Publishes,
    /// From an event to a plugin that hears it.
    Heard,
    /// From a request to the plugin that answers it.
    Answered,
    /// From a plugin to a table that its SQL reads and does not write to.
    Reads,
    /// From a plugin to a table that its SQL writes to.
    Writes,
    /// From a plugin to the scope of an interceptor of its own.
    Intercepts,
    /// From a schedule to the plugin whose handler it calls.
    Runs,
    /// From a scope to a plugin with a route or a handler in it; the scope of every request has none of these.
    Covers,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "SystemGraphNode")]
pub struct Node {
    /// What it stands for.
    pub kind: NodeKind,
    /// `plugin:users.create_user`, `tool:db`, `event:user.created`, `table:users`, `scope:tag Admin`.
    pub id: String,
    /// `users.create_user`, `db`, `user.created`, `users`, `tag Admin`.
    pub name: String,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "SystemGraphEdge")]
pub struct Edge {
    /// The id of a node.
    pub from: String,
    /// The id of a node.
    pub to: String,
    /// What it says.
    pub kind: EdgeKind,
}

/// Nodes and edges, each once, sorted. Tools that no plugin names are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemGraph")]
pub struct Graph {
    /// Plugins, then tools, then events, then tables, then scopes, then schedules; by name.
    pub nodes: BTreeSet<Node>,
    /// By origin, then target.
    pub edges: BTreeSet<Edge>,
}

impl Graph {
    /// The graph of a manifest.
    pub fn of(manifest: &Manifest) -> Self {
        let mut graph = Self::default();
        for event in manifest.events {
            graph.node(NodeKind::Event, event.name);
        }
        for plugin in manifest.plugins {
            let own = graph.node(NodeKind::Plugin, plugin.identity.name);
            // An event of the framework itself is not in the manifest: its type's name stands for it.
            let event = |ty| event_by_type(manifest, plugin.identity.domain, ty).map_or(ty, |event| event.name);
            for tool in plugin.tools {
                let tool = graph.node(NodeKind::Tool, tool);
                graph.edge(&own, &tool, EdgeKind::Uses);
            }
            for ty in plugin.publishes {
                let event = graph.node(NodeKind::Event, event(ty));
                graph.edge(&own, &event, EdgeKind::Publishes);
            }
            for subscription in plugin.subscriptions {
                let event = graph.node(NodeKind::Event, event(subscription.event));
                graph.edge(&event, &own, EdgeKind::Heard);
            }
            for reply in plugin.replies {
                let event = graph.node(NodeKind::Event, event(reply.event));
                graph.edge(&event, &own, EdgeKind::Answered);
            }
            for job in plugin.jobs {
                let event = graph.node(NodeKind::Event, event(job.event));
                graph.edge(&event, &own, EdgeKind::Heard);
            }
            for schedule in plugin.schedules {
                let name = format!("{}: {}", schedule.name_in(&plugin.identity), schedule.words());
                let schedule = graph.node(NodeKind::Schedule, &name);
                graph.edge(&schedule, &own, EdgeKind::Runs);
            }
            for (tables, kind) in [(plugin.reads(), EdgeKind::Reads), (plugin.writes(), EdgeKind::Writes)] {
                for table in tables {
                    let table = graph.node(NodeKind::Table, table);
                    graph.edge(&own, &table, kind);
                }
            }
        }
        for (plugin, interceptor) in interceptors(manifest) {
            let scope = graph.node(NodeKind::Scope, &interceptor.requests());
            graph.edge(&format!("plugin:{}", plugin.identity.name), &scope, EdgeKind::Intercepts);
            let is_covered = |plugin: &&PluginFacts| {
                plugin.routes.iter().any(|route| interceptor.covers(route)) || interceptor.is_around(plugin)
            };
            for covered in manifest.plugins.iter().filter(is_covered) {
                graph.edge(&scope, &format!("plugin:{}", covered.identity.name), EdgeKind::Covers);
            }
        }
        graph
    }

    fn node(&mut self, kind: NodeKind, name: &str) -> String {
        let prefix = match kind {
            NodeKind::Plugin => "plugin",
            NodeKind::Tool => "tool",
            NodeKind::Event => "event",
            NodeKind::Table => "table",
            NodeKind::Scope => "scope",
            NodeKind::Schedule => "schedule",
        };
        let id = format!("{prefix}:{name}");
        self.nodes.insert(Node { kind, id: id.clone(), name: name.to_owned() });
        id
    }

    fn edge(&mut self, from: &str, to: &str, kind: EdgeKind) {
        self.edges.insert(Edge { from: from.to_owned(), to: to.to_owned(), kind });
    }
}

impl EdgeKind {
    /// What stands at the arrow.
    fn label(self) -> &'static str {
        match self {
            Self::Uses => "uses",
            Self::Publishes => "publishes",
            Self::Heard => "heard by",
            Self::Answered => "answered by",
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Intercepts => "intercepts",
            Self::Covers => "covers",
            Self::Runs => "runs",
        }
    }
}
