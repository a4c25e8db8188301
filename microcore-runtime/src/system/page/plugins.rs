//! `/system/api/plugins`: what every plugin serves, hears, publishes, asks of the database and needs, and why it is off.

use schemars::JsonSchema;
use serde::Serialize;

use super::status::parts;
use super::{Answering, Asking, Page, told};
use crate::manifest::{Access, InterceptorFacts, Manifest, PluginFacts};

pub(super) const PAGE: Page = Page::shows("/system/api/plugins", answer);

/// One plugin.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemPlugin")]
pub(in crate::system) struct PluginView {
    name: &'static str,
    domain: &'static str,
    /// The file that it stands in.
    file: String,
    doc: &'static str,
    /// Why it is off, if it is.
    off: Option<String>,
    tools: &'static [&'static str],
    settings: Vec<&'static str>,
    routes: Vec<RouteView>,
    hears: Vec<Hears>,
    /// What it runs at times.
    schedules: Vec<ScheduleView>,
    /// The requests that it answers.
    answers: Vec<&'static str>,
    /// The events that it publishes, as far as its source says.
    publishes: Vec<&'static str>,
    reads: Vec<&'static str>,
    writes: Vec<&'static str>,
    /// What it runs around routes.
    interceptors: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemRoute")]
struct RouteView {
    method: &'static str,
    path: &'static str,
    handler: &'static str,
    doc: &'static str,
    /// Whether it asks nobody who they are.
    open: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemSchedule")]
struct ScheduleView {
    name: String,
    /// In words: `at 03:00, Europe/Berlin`, `every 5m`.
    when: String,
    doc: &'static str,
    /// How often a run is tried at most.
    attempts: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemHears")]
struct Hears {
    event: &'static str,
    handler: &'static str,
    /// Whether it runs in the publisher's task.
    inline: bool,
    /// How often a failing delivery is repeated.
    retries: u32,
}

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let manifest = asking.shown.inside.manifest();
        let (_, states) = parts(&asking.shown.inside);
        let plugins = manifest.plugins.iter().zip(states);
        told(&plugins.map(|(plugin, part)| view(manifest, plugin, part.off())).collect::<Vec<_>>())
    })
}

fn view(manifest: &Manifest, plugin: &PluginFacts, off: Option<String>) -> PluginView {
    let event = |ty: &'static str| manifest.event_called(plugin.identity.domain, ty);
    PluginView {
        name: plugin.identity.name,
        domain: plugin.identity.domain,
        file: plugin.file(),
        doc: plugin.doc,
        off,
        tools: plugin.tools,
        settings: plugin.settings.iter().map(|key| key.name).collect(),
        routes: plugin
            .routes
            .iter()
            .map(|route| RouteView {
                method: route.method,
                path: route.path,
                handler: route.handler,
                doc: route.doc,
                open: manifest.access(route) == Access::Open,
            })
            .collect(),
        hears: plugin
            .subscriptions
            .iter()
            .map(|heard| Hears {
                event: event(heard.event),
                handler: heard.handler,
                inline: heard.inline,
                retries: heard.retries,
            })
            .collect(),
        schedules: plugin
            .schedules
            .iter()
            .map(|schedule| ScheduleView {
                name: schedule.name_in(&plugin.identity),
                when: schedule.words(),
                doc: schedule.doc,
                attempts: schedule.retry.attempts(),
            })
            .collect(),
        answers: plugin.replies.iter().map(|reply| event(reply.event)).collect(),
        publishes: plugin.publishes.iter().map(|ty| event(ty)).collect(),
        reads: plugin.reads().into_iter().collect(),
        writes: plugin.writes().into_iter().collect(),
        interceptors: plugin.interceptors.iter().map(InterceptorFacts::requests).collect(),
    }
}
