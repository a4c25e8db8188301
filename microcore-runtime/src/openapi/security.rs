//! Who may ask: the schemes of the application, and which of them an operation takes.
//!
//! In: a route's access, and where tokens stand. Out: alternatives, of which one is enough.

use http::header::AUTHORIZATION;
use serde_json::{Map, Value, json};

use crate::manifest::{Access, RouteFacts};
use crate::request::{Place, TokenPlaces};

/// The ways to say who asks; `None` where no route wants to know.
pub(super) fn schemes<'a>(mut routes: impl Iterator<Item = &'a RouteFacts>, places: &TokenPlaces) -> Option<Value> {
    routes.find(|route| route.access != Access::Open)?;
    Some(places.iter().map(|place| (name(place), scheme(place))).collect::<Map<_, _>>().into())
}

/// What a scheme is called.
fn name(place: &Place) -> String {
    match place {
        Place::Header { .. } if is_bearer(place) => "bearer".to_owned(),
        Place::Header { name, .. } => name.to_string(),
        Place::Cookie(_) => "cookie".to_owned(),
        Place::Query(_) => "query".to_owned(),
    }
}

fn is_bearer(place: &Place) -> bool {
    matches!(place, Place::Header { name, scheme: Some(scheme) }
        if *name == AUTHORIZATION && scheme.eq_ignore_ascii_case("bearer"))
}

fn scheme(place: &Place) -> Value {
    let key = |stands: &str, name: &str, said: &str| json!({ "type": "apiKey", "in": stands, "name": name, "description": said });
    match place {
        Place::Header { .. } if is_bearer(place) => {
            json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" })
        }
        Place::Header { name, scheme: Some(scheme) } => {
            key("header", name.as_str(), &format!("`{scheme}`, a space and the token."))
        }
        Place::Header { name, scheme: None } => key("header", name.as_str(), "The token."),
        Place::Cookie(name) => key(
            "cookie",
            name,
            "The same token, where no header has it. A request that may change something (POST, PUT, PATCH, DELETE) must \
             then have the header `x-requested-with`, with any value.",
        ),
        Place::Query(name) => key("query", name, "The same token, where a browser can set no header."),
    }
}

/// What one operation takes; `None` where everybody may ask and nobody is asked who he is.
pub(super) fn required(route: &RouteFacts, places: &TokenPlaces) -> Option<Value> {
    // Only what lasts may have a token in its address.
    let places = places.iter().filter(|place| route.lasts() || !matches!(place, Place::Query(_)));
    let mut ways: Vec<Value> = places.map(|place| json!({ name(place): [] })).collect();
    match route.access {
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
