//! A handler that reads a token needs the tool that checks tokens.

use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    if wiring.tools.iter().any(|tool| tool.name == "auth") {
        return;
    }
    for plugin in &wiring.plugins {
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
