//! Which interceptors stand before a route, around a delivery or around a run, and in which order.

use super::{PluginNode, Wiring};
use crate::decl::{InterceptorDecl, PathPattern, RouteDecl, Scope, Segment, shown};
use crate::errors::Errors;

/// An interceptor and its plugin.
pub(crate) type Standing<'w> = (&'w PluginNode, &'w InterceptorDecl);

impl Wiring {
    /// The interceptors of every request, outermost first.
    pub(crate) fn before_all(&self) -> Vec<Standing<'_>> {
        self.in_order(|decl| matches!(decl.scope, Scope::All))
    }

    /// Those of one route besides, outermost first.
    pub(crate) fn before_route(&self, plugin: &PluginNode, route: &RouteDecl) -> Vec<Standing<'_>> {
        self.in_order(|decl| decl.stands_before(plugin, route))
    }

    /// Those around the deliveries to a handler of this plugin, outermost first.
    pub(crate) fn around_events(&self, plugin: &PluginNode) -> Vec<Standing<'_>> {
        self.in_order(|decl| decl.stands_around(plugin, false))
    }

    /// Those around the runs of a handler of this plugin, outermost first.
    pub(crate) fn around_jobs(&self, plugin: &PluginNode) -> Vec<Standing<'_>> {
        self.in_order(|decl| decl.stands_around(plugin, true))
    }

    /// The handlers of events and jobs that an interceptor stands around, by their full names.
    pub(crate) fn inside(&self, decl: &InterceptorDecl) -> Vec<String> {
        let mut names = Vec::new();
        for plugin in &self.plugins {
            let name = |handler| format!("{}.{}", plugin.name(), shown(handler));
            if decl.stands_around(plugin, false) {
                let heard = plugin.decl.subscriptions.iter().filter(|subscription| !subscription.inline);
                names.extend(heard.map(|subscription| name(&subscription.handler)));
            }
            if decl.stands_around(plugin, true) {
                names.extend(plugin.decl.schedules.iter().map(|schedule| name(&schedule.handler)));
                names.extend(plugin.decl.jobs.iter().map(|job| name(&job.handler)));
            }
        }
        names
    }

    /// The routes that an interceptor stands before; none for one of every request, which needs no route.
    pub(crate) fn behind<'w>(&'w self, decl: &'w InterceptorDecl) -> impl Iterator<Item = &'w RouteDecl> {
        let routes = self.plugins.iter().flat_map(|plugin| plugin.decl.routes.iter().map(move |route| (plugin, route)));
        routes.filter(|(plugin, route)| decl.stands_before(plugin, route)).map(|(_, route)| route)
    }

    /// By order, then domain, then file, then place in the file.
    fn in_order(&self, is_wanted: impl Fn(&InterceptorDecl) -> bool) -> Vec<Standing<'_>> {
        let all =
            self.plugins.iter().flat_map(|plugin| plugin.decl.interceptors.iter().map(move |decl| (plugin, decl)));
        let mut wanted: Vec<_> = all.filter(|(_, decl)| is_wanted(decl)).collect();
        wanted.sort_by_key(|(_, decl)| decl.order);
        wanted
    }
}

impl InterceptorDecl {
    /// Whether a route is in its scope, other than that of every request.
    pub(crate) fn stands_before(&self, plugin: &PluginNode, route: &RouteDecl) -> bool {
        if !self.methods.is_empty() && !self.methods.iter().any(|method| method.value() == route.verb()) {
            return false;
        }
        match &self.scope {
            Scope::All | Scope::Work { .. } => false,
            Scope::Routes => true,
            Scope::Domain(name) => shown(&plugin.file.domain) == name.value(),
            Scope::Tag(name) => route.tag.as_deref() == Some(name.value().as_str()),
            Scope::Path(prefix) => {
                // One that is no path stands before nothing, and the check says so.
                let Some(prefix) = PathPattern::parse(prefix, &mut Errors::default()) else { return false };
                let (wanted, has) = (&prefix.segments, &route.path.segments);
                let shapes = wanted.iter().map(Segment::shape).zip(has.iter().map(Segment::shape));
                wanted.len() <= has.len() && shapes.into_iter().all(|(wanted, has)| wanted == has)
            }
        }
    }

    /// Whether it runs around what a plugin's handlers of events, or of jobs, do.
    fn stands_around(&self, plugin: &PluginNode, is_job: bool) -> bool {
        let Scope::Work { events, jobs, domain } = &self.scope else { return false };
        let is_meant = if is_job { *jobs } else { *events };
        is_meant && domain.as_ref().is_none_or(|domain| shown(&plugin.file.domain) == domain.value())
    }
}
