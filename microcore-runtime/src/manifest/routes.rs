//! The table of routes, as `app routes` prints it, and that of the interceptors around them.
//!
//! In: the manifest. Out: one aligned line per route, sorted by path, then method; one per interceptor, outermost first.

use super::interceptor::{full_name, interceptors};
use super::{Manifest, PluginFacts, RouteFacts, Scope};

/// `METHOD  PATH  STATUS  HANDLER`, aligned; the heading alone where nothing is served.
///
/// Where there are interceptors, each route's are in one more column, and a second table says when they run.
pub fn routes_table(manifest: &Manifest) -> String {
    let around = interceptors(manifest);
    let mut rows = vec![["METHOD", "PATH", "STATUS", "HANDLER", "INTERCEPTORS"].map(str::to_owned)];
    rows.extend(sorted_routes(manifest.plugins).into_iter().map(|(plugin, route)| {
        let handler = format!("{}.{}", plugin.identity.name, route.handler);
        let names = around.iter().filter(|(_, interceptor)| interceptor.stands_before(route));
        let names: Vec<String> = names.map(|(plugin, interceptor)| full_name(plugin, interceptor)).collect();
        [route.method.to_owned(), route.path.to_owned(), route.status.to_string(), handler, names.join(", ")]
    }));
    if around.is_empty() {
        let rows: Vec<_> =
            rows.into_iter().map(|[method, path, status, handler, _]| [method, path, status, handler]).collect();
        return aligned(&rows);
    }
    let mut other = vec![["INTERCEPTOR", "KIND", "ORDER", "SCOPE", "ROUTES"].map(str::to_owned)];
    other.extend(around.into_iter().map(|(plugin, interceptor)| {
        let count = match interceptor.scope {
            Scope::All => "all".to_owned(),
            Scope::Work { .. } => format!("{} handlers", interceptor.work.len()),
            _ => interceptor.routes.len().to_string(),
        };
        let (order, scope) = (interceptor.order.to_string(), interceptor.requests());
        [full_name(plugin, interceptor), interceptor.kind.to_owned(), order, scope, count]
    }));
    format!("{}\n{}", aligned(&rows), aligned(&other))
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
