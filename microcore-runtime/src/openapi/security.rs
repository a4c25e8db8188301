//! Who may ask: the schemes of the application, and which of them an operation takes.
//!
//! In: a route's access, and the cookie that carries tokens. Out: alternatives, of which one is enough.

use serde_json::{Value, json};

use crate::manifest::{Access, RouteFacts};

/// The ways to say who asks; `None` where no route wants to know.
pub(super) fn schemes<'a>(mut routes: impl Iterator<Item = &'a RouteFacts>, cookie: Option<&str>) -> Option<Value> {
    routes.find(|route| route.access != Access::Open)?;
    let mut schemes = json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } });
    if let Some(name) = cookie {
        schemes["cookie"] = json!({
            "type": "apiKey",
            "in": "cookie",
            "name": name,
            "description": "The same token, where no `authorization` is sent. A request that may change something (POST, \
                            PUT, PATCH, DELETE) must then have the header `x-requested-with`, with any value.",
        });
    }
    Some(schemes)
}

/// What one operation takes; `None` where everybody may ask and nobody is asked who he is.
pub(super) fn required(access: Access, has_cookie: bool) -> Option<Value> {
    let mut ways = vec![json!({ "bearer": [] })];
    ways.extend(has_cookie.then(|| json!({ "cookie": [] })));
    match access {
        Access::Open => return None,
        Access::Optional => ways.push(json!({})),
        Access::Protected(_) => {}
    }
    Some(ways.into())
}

/// A sentence about the roles; nothing where none are asked for.
pub(super) fn roles(access: Access) -> Option<String> {
    match access {
        Access::Protected(roles) if !roles.is_empty() => Some(format!("Needs the role `{}`.", roles.join("` or `"))),
        _ => None,
    }
}
