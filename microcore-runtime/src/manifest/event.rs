//! Who emits, who hears and who answers an event. Plugins name events by type; this is where a type's name finds its event.

use super::{EventFacts, Manifest, PluginFacts};

/// The event that a plugin of `domain` means by `ty`: one of its own domain before one of another.
///
/// `None` for an event that the framework itself declares.
pub(super) fn event_by_type<'a>(manifest: &'a Manifest, domain: &str, ty: &str) -> Option<&'a EventFacts> {
    // A path such as `events::UserCreated` means its last segment.
    let ty = ty.rsplit("::").next().unwrap_or(ty).trim();
    let named = || manifest.events.iter().filter(|event| event.ty == ty);
    named().find(|event| event.domain == domain).or_else(|| named().next())
}

impl Manifest {
    /// What the event is called that a plugin of `domain` means by a type: the type, where the framework declares it.
    pub(crate) fn event_called(&self, domain: &str, ty: &'static str) -> &'static str {
        let event: Option<&EventFacts> = event_by_type(self, domain, ty);
        event.map_or(ty, |event| event.name)
    }
}

/// The plugins whose source publishes the event.
pub(super) fn emitters<'a>(manifest: &'a Manifest, event: &'a EventFacts) -> impl Iterator<Item = &'a PluginFacts> {
    manifest.plugins.iter().filter(move |plugin| plugin.publishes.iter().any(|ty| means(manifest, plugin, ty, event)))
}

/// The plugins that subscribe to the event.
pub(super) fn hearers<'a>(manifest: &'a Manifest, event: &'a EventFacts) -> impl Iterator<Item = &'a PluginFacts> {
    manifest.plugins.iter().filter(move |plugin| {
        plugin.subscriptions.iter().any(|subscription| means(manifest, plugin, subscription.event, event))
    })
}

/// The plugins that answer the event, where it is a request.
pub(super) fn answerers<'a>(manifest: &'a Manifest, event: &'a EventFacts) -> impl Iterator<Item = &'a PluginFacts> {
    manifest
        .plugins
        .iter()
        .filter(move |plugin| plugin.replies.iter().any(|reply| means(manifest, plugin, reply.event, event)))
}

/// The events that some of these plugins mean, each once, by name. `types` gives what a plugin calls them.
pub(super) fn meant<'a, T: Iterator<Item = &'a str>>(
    manifest: &'a Manifest,
    plugins: impl IntoIterator<Item = &'a PluginFacts>,
    types: impl Fn(&'a PluginFacts) -> T,
) -> Vec<&'a EventFacts> {
    let mut found: Vec<&EventFacts> = Vec::new();
    for plugin in plugins {
        found.extend(types(plugin).filter_map(|ty| event_by_type(manifest, plugin.identity.domain, ty)));
    }
    found.sort_by_key(|event| (event.name, event.domain));
    found.dedup_by_key(|event| (event.name, event.domain));
    found
}

fn means(manifest: &Manifest, plugin: &PluginFacts, ty: &str, event: &EventFacts) -> bool {
    // Most types are others: that is told without looking for what they mean.
    if !ty.trim_end().ends_with(event.ty) {
        return false;
    }
    event_by_type(manifest, plugin.identity.domain, ty)
        .is_some_and(|found| (found.name, found.domain) == (event.name, event.domain))
}
