//! The table of routes, as `app routes` prints it.
//!
//! In: the manifest. Out: one aligned line per route, sorted by path, then method.

use super::{Manifest, PluginFacts, RouteFacts};

/// `METHOD  PATH  STATUS  HANDLER`, aligned; the heading alone where nothing is served.
pub fn routes_table(manifest: &Manifest) -> String {
    let mut rows = vec![["METHOD", "PATH", "STATUS", "HANDLER"].map(str::to_owned)];
    rows.extend(sorted_routes(manifest.plugins).into_iter().map(|(plugin, route)| {
        let handler = format!("{}.{}", plugin.identity.name, route.handler);
        [route.method.to_owned(), route.path.to_owned(), route.status.to_string(), handler]
    }));
    aligned(&rows)
}

/// Every route with its plugin, by path, then method.
pub(super) fn sorted_routes<'a>(
    plugins: impl IntoIterator<Item = &'a PluginFacts>,
) -> Vec<(&'a PluginFacts, &'a RouteFacts)> {
    let mut routes: Vec<_> =
        plugins.into_iter().flat_map(|plugin| plugin.routes.iter().map(move |route| (plugin, route))).collect();
    routes.sort_by_key(|(_, route)| (route.path, route.method));
    routes
}

fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
