//! An interceptor of a domain, a tag or a path stands before at least one route: a typing mistake in its scope would
//! leave open what it was to guard.

use syn::LitStr;

use crate::decl::Scope;
use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    for decl in wiring.plugins.iter().flat_map(|plugin| &plugin.decl.interceptors) {
        if let Scope::Work { events, jobs, domain } = &decl.scope {
            let Some(domain) = domain.as_ref().filter(|_| wiring.inside(decl).is_empty()) else { continue };
            let does = match (events, jobs) {
                (true, false) => "hears an event",
                (false, true) => "runs at times or works on a job",
                _ => "hears an event, runs at times or works on a job",
            };
            errors.add(
                domain,
                "MC0704",
                format!("`{}` stands around no handler: nothing in the domain `{}` {does}", decl.handler, domain.value()),
                "the scope is a domain's folder; inline subscribers run in their publisher's task, and nothing runs around them",
            );
            continue;
        }
        let (what, literal) = match &decl.scope {
            Scope::All | Scope::Work { .. } => continue,
            Scope::Domain(name) => ("the domain", Some(name)),
            Scope::Tag(name) => ("the tag", Some(name)),
            Scope::Path(prefix) => ("the path", Some(prefix)),
            // Without a route there is nothing to misspell: an application may have none yet.
            Scope::Routes => ("the method", decl.methods.first()),
        };
        let Some(literal) = literal.filter(|_| wiring.behind(decl).next().is_none()) else { continue };
        let methods: Vec<String> = decl.methods.iter().map(LitStr::value).collect();
        let too = match decl.scope {
            Scope::Routes => String::new(),
            _ if methods.is_empty() => String::new(),
            _ => format!(" and answers {}", methods.join(" or ")),
        };
        errors.add(
            literal,
            "MC0704",
            format!("`{}` stands before no route: none has {what} `{}`{too}", decl.handler, literal.value()),
            "the scope is a domain's folder, a route's `tag`, or the first whole segments of a path",
        );
    }
}
