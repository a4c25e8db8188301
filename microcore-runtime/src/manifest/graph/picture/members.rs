//! Who is on the picture, in which column, and what leads from whom to whom. In: the manifest. Out: members and links.

use std::collections::BTreeMap;

use crate::manifest::event::event_by_type;
use crate::manifest::graph::{EdgeKind, Graph, NodeKind};
use crate::manifest::{Manifest, PluginFacts};

/// What every application has and most plugins name: what they do with it is on the picture by itself, as routes, events
/// and tables.
const PLUMBING: [&str; 5] = ["http", "bus", "logger", "config", "db"];

/// What the columns hold.
pub(super) const COLUMNS: [&str; 5] = ["entries", "plugins", "events", "plugins that hear", "tables and tools"];
pub(super) const ENTRIES: usize = 0;
pub(super) const PLUGINS: usize = 1;
pub(super) const EVENTS: usize = 2;
pub(super) const HEARERS: usize = 3;
pub(super) const STORES: usize = 4;

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) domain: String,
    pub(super) column: usize,
}

/// What leads from one to another, by their places in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: &'static str,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) all: Vec<Member>,
    pub(super) links: Vec<Link>,
}

impl Members {
    pub(super) fn of(manifest: &Manifest) -> Self {
        let graph = Graph::of(manifest);
        let mut members = Self::default();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for node in &graph.nodes {
            if node.kind == NodeKind::Tool && PLUMBING.contains(&node.name.as_str()) {
                continue;
            }
            let (kind, column) = match node.kind {
                NodeKind::Plugin => ("plugin", PLUGINS),
                NodeKind::Event => ("event", EVENTS),
                NodeKind::Table => ("table", STORES),
                NodeKind::Tool => ("tool", STORES),
                NodeKind::Scope => ("scope", ENTRIES),
                NodeKind::Schedule => ("schedule", ENTRIES),
            };
            places.insert(node.id.clone(), members.all.len());
            members.all.push(Member {
                id: node.id.clone(),
                kind,
                name: node.name.clone(),
                doc: String::new(),
                domain: String::new(),
                column,
            });
        }
        for plugin in manifest.plugins {
            members.describe(manifest, plugin, &mut places);
        }
        for tool in manifest.tools {
            if let Some(&place) = places.get(&format!("tool:{}", tool.name)) {
                tool.doc.clone_into(&mut members.all[place].doc);
            }
        }
        for edge in &graph.edges {
            if let (Some(&from), Some(&to)) = (places.get(&edge.from), places.get(&edge.to)) {
                members.links.push(Link { from, to, kind: edge.kind.label() });
                if matches!(edge.kind, EdgeKind::Reads | EdgeKind::Writes) && members.all[to].domain.is_empty() {
                    // A table is of the domain whose plugins use it: no other may.
                    let domain = members.all[from].domain.clone();
                    members.all[to].domain = domain;
                }
            }
        }
        members.links.sort_unstable();
        members.links.dedup();
        members
    }

    /// What the manifest knows of a plugin, and its routes.
    fn describe(&mut self, manifest: &Manifest, plugin: &PluginFacts, places: &mut BTreeMap<String, usize>) {
        let Some(&own) = places.get(&format!("plugin:{}", plugin.identity.name)) else { return };
        let listens = !plugin.subscriptions.is_empty() || !plugin.replies.is_empty();
        let member = &mut self.all[own];
        plugin.doc.clone_into(&mut member.doc);
        plugin.identity.domain.clone_into(&mut member.domain);
        member.column = if listens { HEARERS } else { PLUGINS };
        for route in plugin.routes {
            let name = format!("{} {}", route.method, route.path);
            let (place, doc) = (self.all.len(), route.doc.to_owned());
            let (id, domain) = (format!("route:{name}"), plugin.identity.domain.to_owned());
            places.insert(id.clone(), place);
            self.all.push(Member { id, kind: "route", name, doc, domain, column: ENTRIES });
            self.links.push(Link { from: place, to: own, kind: "serves" });
        }
        let heard = plugin.subscriptions.iter().map(|heard| heard.event);
        for ty in plugin.publishes.iter().copied().chain(heard) {
            if let Some(event) = event_by_type(manifest, plugin.identity.domain, ty)
                && let Some(&place) = places.get(&format!("event:{}", event.name))
            {
                event.doc.clone_into(&mut self.all[place].doc);
                event.domain.clone_into(&mut self.all[place].domain);
            }
        }
    }

    /// Those that are wanted, with the links among them.
    pub(super) fn keep(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let mut places = vec![None; self.all.len()];
        let mut kept = Self::default();
        for (place, member) in self.all.iter().enumerate().filter(|(place, _)| wanted(*place)) {
            places[place] = Some(kept.all.len());
            kept.all.push(member.clone());
        }
        kept.links = self
            .links
            .iter()
            .filter_map(|link| Some(Link { from: places[link.from]?, to: places[link.to]?, ..*link }))
            .collect();
        kept
    }
}
