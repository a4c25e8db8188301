//! A handler that reads a token needs the tool that checks tokens.

use crate::decl::Reads;
use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    if wiring.tools.iter().any(|tool| tool.name == "auth") {
        return;
    }
    for plugin in &wiring.plugins {
        for decl in plugin.decl.interceptors.iter().filter(|decl| decl.claims != Reads::No) {
            errors.add(
                &decl.handler,
                "MC0703",
                format!("`{}` reads a token, and no tool `auth` checks it", decl.handler),
                "write `microcore::app! { auth: Jwt }`, with the feature `auth` of `microcore`",
            );
        }
        for route in plugin.decl.routes.iter().filter(|route| route.guarded) {
            errors.add(
                &route.handler,
                "MC0703",
                format!("`{}` is protected, and no tool `auth` checks its tokens", route.handler),
                "write `microcore::app! { auth: Jwt }`, with the feature `auth` of `microcore`",
            );
        }
    }
}
