//! Guests of the source tree: their manifests are part of the application, so that routes, events and SQL are wired as
//! those of plugins are. What generated code calls.
//!
//! In: a request that the router has matched, an event that a subscriber was given. Out: what the guest answers.

use schemars::Schema;
use serde::Serialize;
use serde_json::Value;

use super::Guests;
use crate::error::{Error, Result};
use crate::plugin::{Down, Identity, Slot};
use crate::request::{Authenticate, Body, Head, read_claims};
use crate::response::{Response, failure};
use crate::settings::{Environment, Key, Problems};

/// A guest whose manifest is compiled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompiledGuest {
    /// Domain and folder.
    pub identity: &'static Identity,
    /// Its folder while the application was compiled; empty in a release build.
    pub folder: &'static str,
    /// The text of its manifest.
    pub manifest: &'static str,
}

/// A request for a route of a guest.
#[derive(Debug)]
pub struct GuestRoute<'r> {
    /// Whose.
    pub guest: &'static Identity,
    /// The name of the route.
    pub name: &'static str,
    /// The raw segments of its parameters, in the order of the path.
    pub parameters: &'r [&'r str],
    /// The claims of the token, where the route asks for one.
    pub claims: Option<Value>,
}

/// Asks a guest for a route that is open.
pub async fn ask_guest<G: Guests>(
    guests: &G,
    (guest, name): (&'static Identity, &'static str),
    head: &Head,
    body: Body,
    parameters: &[&str],
    response: &mut Response,
) {
    guests.route(GuestRoute { guest, name, parameters, claims: None }, head, body, response).await;
}

/// Asks a guest for a route that needs a token: 401 without a good one, 403 without one of the roles.
pub async fn ask_guest_as<G: Guests>(
    guests: &G,
    (guest, name): (&'static Identity, &'static str),
    head: &Head,
    body: Body,
    (auth, roles): (&Slot<impl Authenticate>, &[&str]),
    parameters: &[&str],
    response: &mut Response,
) {
    let claims = auth.running().map_err(Down::to_error).and_then(|auth| guest_claims(head, auth, roles));
    match claims {
        Ok(claims) => {
            let asked = GuestRoute { guest, name, parameters, claims: Some(claims) };
            guests.route(asked, head, body, response).await;
        }
        Err(error) => *response = failure(error),
    }
}

/// The claims of a request for a protected route, whoever answers it.
pub fn guest_claims(head: &Head, auth: &(impl Authenticate + ?Sized), roles: &[&str]) -> Result<Value> {
    read_claims(head, auth, true, roles)
}

/// Delivers an event to a guest: an error is a delivery that failed.
pub async fn tell_guest<G: Guests, E: Serialize>(
    guests: &G,
    guest: &'static Identity,
    event: &'static str,
    fields: &E,
) -> Result<()> {
    let json = serde_json::to_vec(fields)
        .map_err(|error| Error::internal(format!("the fields of `{event}` can't be written")).with_source(error))?;
    guests.deliver(guest, event, json).await
}

/// A schema of the guest's folder, as documents show it. It has an id, so that what it refers to is looked for in itself.
pub fn guest_schema(id: &str, text: &str) -> Schema {
    let mut schema: Schema = serde_json::from_str(text).unwrap_or_default();
    if schema.get("$defs").is_some() && schema.get("$id").is_none() {
        schema.insert("$id".to_owned(), id.into());
    }
    schema
}

/// What must be set for a guest, and is not.
pub fn check_guest_settings(keys: &[Key], environment: &Environment, problems: &mut Problems) {
    for key in keys.iter().filter(|key| key.required) {
        problems.read::<String>(environment, key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_with_parts_of_its_own_is_a_document_of_its_own() {
        let plain = guest_schema("shop.a/new.json", r#"{ "type": "object" }"#);
        assert_eq!(plain.as_value(), &serde_json::json!({ "type": "object" }));
        let parts = guest_schema("shop.a/new.json", r##"{ "$ref": "#/$defs/x", "$defs": { "x": {} } }"##);
        assert_eq!(parts.get("$id").and_then(Value::as_str), Some("shop.a/new.json"));
        let named = guest_schema("shop.a/new.json", r#"{ "$id": "https://x.example/y", "$defs": {} }"#);
        assert_eq!(named.get("$id").and_then(Value::as_str), Some("https://x.example/y"));
    }

    #[test]
    fn what_is_needed_and_not_set_is_told_by_its_name() {
        let key = |name, required| Key {
            name,
            doc: "The guest shop.a reads it",
            expects: "a text",
            default: None,
            required,
            secret: true,
            within: None,
        };
        let mut problems = Problems::default();
        check_guest_settings(&[key("FONT", true), key("SIZE", false)], &Environment::default(), &mut problems);
        assert_eq!(problems.to_string(), "FONT is not set: the guest shop.a reads it");
    }
}
