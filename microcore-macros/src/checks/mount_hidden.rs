//! Every file of a mount can be reached.
//!
//! Routes go before folders. A route `/assets/{name}` would answer for every file directly in the folder `/assets`,
//! and `/assets/{*rest}` for all of them; `/assets/logo`, or a route of another method, hides one name at the most.

use crate::decl::{RouteDecl, Segment};
use crate::errors::Errors;
use crate::wiring::{PluginNode, Wiring};

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let routes: Vec<(&PluginNode, &RouteDecl)> = wiring
        .plugins
        .iter()
        .flat_map(|plugin| plugin.decl.routes.iter().map(move |route| (plugin, route)))
        .filter(|(_, route)| route.verb() == "GET")
        .collect();
    for (index, (_, mount)) in routes.iter().enumerate().filter(|(_, (_, route))| route.is_mount()) {
        let (path, folder) = (prefix(mount), folder(mount));
        let hides = |(other, (_, route)): &(usize, &(&PluginNode, &RouteDecl))| {
            // Of two mounts of one path the second is the mistake.
            *other != index && !(route.is_mount() && *other > index) && hides(route, folder)
        };
        let Some((_, (owner, route))) = routes.iter().enumerate().find(hides) else { continue };
        let said = if route.is_mount() {
            format!("path `{path}` is already the mount `{}` of `{}`", route.handler, owner.name())
        } else {
            let route = &route.path.literal.value();
            format!("route `GET {route}` of `{}` would hide the files of mount `{path}`: routes go first", owner.name())
        };
        errors.add(&mount.path.literal, "MC0709", said, "give one of the two another path");
    }
}

/// Whether no file, or none at one depth, gets past a route.
fn hides(route: &RouteDecl, folder: &[Segment]) -> bool {
    let segments = &route.path.segments;
    let is_inside = segments.len() > folder.len()
        && folder.iter().map(Segment::shape).eq(segments.iter().take(folder.len()).map(Segment::shape));
    is_inside && segments[folder.len()..].iter().all(|segment| !matches!(segment, Segment::Literal(_)))
}

/// The segments in front of the file's name.
fn folder(mount: &RouteDecl) -> &[Segment] {
    mount.path.segments.split_last().map_or(&[], |(_, folder)| folder)
}

/// As it was written.
fn prefix(mount: &RouteDecl) -> String {
    let path = mount.path.literal.value();
    let prefix = path.trim_end_matches("/{*path}");
    if prefix.is_empty() { "/".to_owned() } else { prefix.to_owned() }
}
