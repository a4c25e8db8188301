//! The interceptors, outermost first; nothing where there are none.

use super::{Manifest, dashed, heading};
use crate::manifest::interceptor::full_name;
use crate::manifest::{Scope, interceptors};

pub(super) fn lines(manifest: &Manifest) -> Vec<String> {
    let all = interceptors(manifest);
    let heading = if all.is_empty() { Vec::new() } else { heading("Interceptors, outermost first").to_vec() };
    let lines = all.into_iter().map(|(plugin, interceptor)| {
        let routes: Vec<String> =
            interceptor.routes.iter().map(|(method, path)| format!("`{method} {path}`")).collect();
        let routes: Vec<String> =
            routes.into_iter().chain(interceptor.work.iter().map(|name| format!("`{name}`"))).collect();
        let covers = if interceptor.scope == Scope::All || routes.is_empty() {
            String::new()
        } else {
            format!(": {}", routes.join(", "))
        };
        let (kind, order, name) = (interceptor.kind, interceptor.order, full_name(plugin, interceptor));
        format!("- `{kind} {name}` order {order}, {}{covers}{}", interceptor.requests(), dashed(interceptor.doc))
    });
    heading.into_iter().chain(lines).collect()
}
