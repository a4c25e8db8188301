//! Two handlers never answer one method on the same paths.
//!
//! `/users/{id}` and `/users/{name}` are the same paths. `/users/me` beside `/users/{id}` is fine: a literal segment
//! goes before a parameter, a parameter before the rest, from left to right, wherever the files stand.

use std::collections::BTreeMap;

use crate::decl::Segment;
use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let mut taken: BTreeMap<(String, Vec<&str>), (String, String)> = BTreeMap::new();
    for plugin in &wiring.plugins {
        // Whoever shares the path of a folder is the next check's.
        for route in plugin.decl.routes.iter().filter(|route| !route.is_mount()) {
            let method = route.verb();
            let shape = route.path.segments.iter().map(Segment::shape).collect();
            let path = route.path.literal.value();
            match taken.get(&(method.clone(), shape)) {
                None => {
                    let shape = route.path.segments.iter().map(Segment::shape).collect();
                    taken.insert((method, shape), (plugin.name(), path));
                }
                Some((owner, their_path)) => {
                    let same = if *their_path == path { String::new() } else { format!(", as `{their_path}`") };
                    errors.add(
                        &route.path.literal,
                        "MC0307",
                        format!("route `{method} {path}` is already served by `{owner}`{same}"),
                        "give one of the two another path, or delete one",
                    );
                }
            }
        }
    }
}
