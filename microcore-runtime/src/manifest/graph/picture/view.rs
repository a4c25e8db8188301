//! Which part of an application is shown, so that nobody looks at five hundred boxes at once. In: all members. Out: those
//! that are drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::members::{EVENTS, HEARERS, Link, Member, Members, PLUGINS, STORES};

/// More nodes than these are shown as domains, unless somebody asks for all.
const LEGIBLE: usize = 60;
/// More are never shown around a node.
const MOST: usize = 150;
/// Steps from a node to what is shown around it.
const STEPS: usize = 2;

/// What to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum View {
    /// Everything where that is up to 60 nodes, else the domains.
    #[default]
    Fitting,
    /// Everything.
    All,
    /// A box per domain, but for one that is open.
    Domains(Option<String>),
    /// The node of this id, and what is two steps away from it.
    Around(String),
}

impl View {
    /// What is drawn, what that is called, and the domains where they are boxes.
    pub(super) fn choose(&self, members: Members) -> (Members, String, Vec<String>) {
        match self {
            Self::All => (members, "all".to_owned(), Vec::new()),
            Self::Fitting if members.all.len() <= LEGIBLE => (members, "all".to_owned(), Vec::new()),
            Self::Fitting => (collapsed(&members, None), "domains".to_owned(), domains(&members)),
            Self::Domains(open) => {
                let name = open.as_ref().map_or_else(|| "domains".to_owned(), |open| format!("domain:{open}"));
                (collapsed(&members, open.as_deref()), name, domains(&members))
            }
            Self::Around(id) => (around(&members, id), id.clone(), Vec::new()),
        }
    }
}

fn domains(members: &Members) -> Vec<String> {
    let names: BTreeSet<&str> = members.all.iter().map(|member| member.domain.as_str()).collect();
    names.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// What is up to two steps away, nearest first.
fn around(members: &Members, id: &str) -> Members {
    let mut near: BTreeSet<usize> =
        members.all.iter().enumerate().filter(|(_, member)| member.id == id).map(|(place, _)| place).collect();
    for _ in 0..STEPS {
        let ends = members.links.iter().map(|link| (link.from, link.to));
        let found: BTreeSet<usize> = ends
            .flat_map(|(from, to)| {
                let (before, after) = (near.contains(&to).then_some(from), near.contains(&from).then_some(to));
                before.into_iter().chain(after)
            })
            .collect();
        near.extend(found.into_iter().take(MOST.saturating_sub(near.len())));
    }
    members.keep(|place| near.contains(&place))
}

/// A box per domain and column: the domain as it publishes, and as it hears. What stays within a domain is not drawn,
/// unless the domain is open.
fn collapsed(members: &Members, open: Option<&str>) -> Members {
    let mut shown = Members::default();
    let mut boxes: BTreeMap<String, usize> = BTreeMap::new();
    let mut places = vec![None; members.all.len()];
    let is_open = |member: &Member| open.is_some_and(|open| open == member.domain);
    for (place, member) in members.all.iter().enumerate() {
        let kept = match member.kind {
            _ if is_open(member) => true,
            "event" => leaves_its_domain(members, place, open),
            // What tools the open domain uses is its own.
            "tool" => members.links.iter().any(|link| link.to == place && is_open(&members.all[link.from])),
            "plugin" => {
                let id = match member.column {
                    HEARERS => format!("domain:{}:hears", member.domain),
                    _ => format!("domain:{}", member.domain),
                };
                let next = shown.all.len();
                let at = *boxes.entry(id.clone()).or_insert(next);
                if at == next {
                    let (kind, name, doc) = ("domain", member.domain.clone(), String::new());
                    let column = if member.column == HEARERS { HEARERS } else { PLUGINS };
                    shown.all.push(Member { id, kind, name, doc, domain: member.domain.clone(), column });
                }
                places[place] = Some(at);
                false
            }
            _ => false,
        };
        if kept {
            places[place] = Some(shown.all.len());
            shown.all.push(member.clone());
        }
    }
    let links = members.links.iter();
    shown.links =
        links.filter_map(|link| Some(Link { from: places[link.from]?, to: places[link.to]?, ..*link })).collect();
    shown.links.sort_unstable();
    shown.links.dedup();
    count(members, &mut shown);
    // A box that nothing leads to or from says nothing beside its twin.
    let is_linked = |place: usize| shown.links.iter().any(|link| link.from == place || link.to == place);
    let has_twin = |member: &Member| {
        let twins = shown.all.iter().filter(|other| other.kind == "domain" && other.domain == member.domain);
        twins.count() > 1
    };
    shown.keep(|place| shown.all[place].kind != "domain" || is_linked(place) || !has_twin(&shown.all[place]))
}

/// Whether more than one domain has to do with an event, or the open one.
fn leaves_its_domain(members: &Members, event: usize, open: Option<&str>) -> bool {
    debug_assert_eq!(members.all[event].column, EVENTS);
    let ends = members.links.iter().filter_map(|link| match (link.from == event, link.to == event) {
        (true, _) => Some(link.to),
        (_, true) => Some(link.from),
        _ => None,
    });
    let domains: BTreeSet<&str> = ends.map(|place| members.all[place].domain.as_str()).collect();
    match open {
        Some(open) => domains.contains(open),
        None => domains.len() > 1,
    }
}

/// Says in each box of a domain what is in it.
fn count(members: &Members, shown: &mut Members) {
    for drawn in shown.all.iter_mut().filter(|drawn| drawn.kind == "domain") {
        let of = |kind: &str| {
            let own = members.all.iter().filter(|member| member.domain == drawn.domain && member.kind == kind);
            own.count()
        };
        let counts = [("plugin", "plugins"), ("route", "routes"), ("event", "events"), ("table", "tables")];
        let counts = counts.map(|(kind, many)| (of(kind), kind, many));
        let counts = counts.iter().filter(|(count, ..)| *count > 0);
        let words: Vec<String> =
            counts.map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many })).collect();
        drawn.doc = words.join(", ");
    }
    debug_assert!(shown.all.iter().all(|member| member.column <= STORES));
}
