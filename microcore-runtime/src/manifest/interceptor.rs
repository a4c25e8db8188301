//! Interceptors as the wiring composed them: which there are, in which order they run, and around which routes and
//! handlers.

use std::fmt;

use super::{Access, Manifest, PluginFacts, RouteFacts};

/// A function that runs around routes, or around deliveries of events and runs of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterceptorFacts {
    /// `before`, `after` or `around`.
    pub kind: &'static str,
    /// The function's name.
    pub handler: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// Smaller is further out.
    pub order: i32,
    /// Which requests.
    pub scope: Scope,
    /// `GET`, `POST`: those of the scope that answer one of these; empty is all of them.
    pub methods: &'static [&'static str],
    /// Whether it wants to know who asks: `Protected` refuses whoever has no good token.
    pub access: Access,
    /// Method and path of each route in its scope; empty where the scope is every request.
    pub routes: &'static [(&'static str, &'static str)],
    /// The handlers of events and jobs that it runs around: `mail.welcome_email.send`.
    pub work: &'static [&'static str],
}

/// Which requests an interceptor runs around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Every one, those that no route answers included.
    All,
    /// Those that a route answers.
    Routes,
    /// Those of the routes of one domain.
    Domain(&'static str),
    /// Those of the routes with one tag.
    Tag(&'static str),
    /// Those of the routes whose path begins with these segments.
    Path(&'static str),
    /// No requests: deliveries of events, runs of jobs, or both.
    Work {
        /// Whether it runs around deliveries.
        events: bool,
        /// Whether it runs around runs.
        jobs: bool,
        /// Of the handlers of one domain; empty for every one.
        domain: &'static str,
    },
}

impl InterceptorFacts {
    /// `path /admin, POST or DELETE`.
    pub fn requests(&self) -> String {
        let scope = self.scope.to_string();
        if self.methods.is_empty() { scope } else { format!("{scope}, {}", self.methods.join(" or ")) }
    }

    /// Whether it runs around deliveries and runs, and not around requests.
    pub fn is_of_work(&self) -> bool {
        matches!(self.scope, Scope::Work { .. })
    }

    /// Whether it runs around a handler of this plugin that hears an event or runs at times.
    pub fn is_around(&self, plugin: &PluginFacts) -> bool {
        let own = |name: &&str| name.strip_prefix(plugin.identity.name).is_some_and(|rest| rest.starts_with('.'));
        self.work.iter().any(own)
    }

    /// Whether its scope is one of routes, and this one is in it.
    pub fn covers(&self, route: &RouteFacts) -> bool {
        self.routes.contains(&(route.method, route.path))
    }

    /// Whether it runs around a route.
    pub fn stands_before(&self, route: &RouteFacts) -> bool {
        self.scope == Scope::All || self.covers(route)
    }
}

/// `every request`, `tag Admin`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => write!(f, "every request"),
            Self::Routes => write!(f, "every route"),
            Self::Domain(name) => write!(f, "domain {name}"),
            Self::Tag(name) => write!(f, "tag {name}"),
            Self::Path(prefix) => write!(f, "path {prefix}"),
            Self::Work { events, jobs, domain } => {
                let one = domain.is_empty();
                let what = match (events, jobs) {
                    (true, false) if one => "every event",
                    (true, false) => "events",
                    (false, true) if one => "every job",
                    (false, true) => "jobs",
                    _ if one => "every event and job",
                    _ => "events and jobs",
                };
                if one { f.write_str(what) } else { write!(f, "{what} of domain {domain}") }
            }
        }
    }
}

/// Every interceptor with its plugin, outermost first, as the router nests them.
pub fn interceptors(manifest: &Manifest) -> Vec<(&PluginFacts, &InterceptorFacts)> {
    let of = |plugin: &'static PluginFacts| plugin.interceptors.iter().map(move |interceptor| (plugin, interceptor));
    let mut all: Vec<_> = manifest.plugins.iter().flat_map(of).collect();
    all.sort_by_key(|(_, interceptor)| (interceptor.scope != Scope::All, interceptor.order));
    all
}

impl Manifest {
    /// Who may ask for a route, what stands before it included.
    pub fn access(&self, route: &RouteFacts) -> Access {
        let is_shut = |one: &InterceptorFacts| matches!(one.access, Access::Protected(_)) && one.stands_before(route);
        let is_guarded = || self.plugins.iter().flat_map(|plugin| plugin.interceptors).any(is_shut);
        match route.who_may_ask() {
            Access::Open | Access::Optional if is_guarded() => Access::Protected(&[]),
            access => access,
        }
    }
}

/// `watch.gate.check`.
pub(super) fn full_name(plugin: &PluginFacts, interceptor: &InterceptorFacts) -> String {
    format!("{}.{}", plugin.identity.name, interceptor.handler)
}
