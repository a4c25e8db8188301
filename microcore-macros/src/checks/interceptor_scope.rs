//! An interceptor of a domain, a tag or a path stands before at least one route: a typing mistake in its scope would
//! leave open what it was to guard.

use crate::decl::Scope;
use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    for decl in wiring.plugins.iter().flat_map(|plugin| &plugin.decl.interceptors) {
        let (what, literal) = match &decl.scope {
            Scope::All => continue,
            Scope::Domain(name) => ("domain", name),
            Scope::Tag(name) => ("tag", name),
            Scope::Path(prefix) => ("path", prefix),
        };
        if wiring.behind(decl).next().is_none() {
            errors.add(
                literal,
                "MC0704",
                format!("`{}` stands before no route: none has the {what} `{}`", decl.handler, literal.value()),
                "the scope is a domain's folder, a route's `tag`, or the first whole segments of a path",
            );
        }
    }
}
