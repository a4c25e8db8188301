//! Who sends the request. In: its headers and the tool that checks tokens. Out: the claims of a good token, or 401, 403.
//!
//! `authorization: Bearer …` goes first, then what a page offers with a socket, for which it can set no header, then the cookie. A cookie is sent by the browser whoever made it send the
//! request, so one that may change something needs `x-requested-with`, which no foreign page can set without leave.

use http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Cookies, Head};
use crate::error::{Error, Result};
use crate::plugin::Slot;

/// What the tool `auth` must be able to do.
pub trait Authenticate: Send + Sync {
    /// The cookie that may carry a token.
    fn cookie_name(&self) -> &str;

    /// The claims of a token, as JSON: 401 unless it is ours, meant for us, and its time has not run out.
    fn authenticate(&self, token: &str) -> Result<Value>;
}

/// The cookie that the running tool takes tokens from, for the documents.
pub fn token_cookie(auth: &Slot<impl Authenticate>) -> Option<&str> {
    auth.running().ok().map(Authenticate::cookie_name)
}

/// Reads the claims. Without a token they are `null`, which an `Option` accepts; a token that is sent must be good.
pub(super) fn read<T: DeserializeOwned>(
    head: &Head,
    auth: &(impl Authenticate + ?Sized),
    required: bool,
    roles: &[&str],
) -> Result<T> {
    let claims = match token(head, auth.cookie_name())? {
        Some(token) => auth.authenticate(&token)?,
        None if required => return Err(Error::unauthorized("a token is required")),
        None => Value::Null,
    };
    if !roles.is_empty() && !roles.iter().any(|role| has_role(&claims, role)) {
        return Err(Error::forbidden(format!("this needs the role `{}`", roles.join("` or `"))));
    }
    // Claims of another shape were made for something else.
    serde_json::from_value(claims).map_err(|error| Error::unauthorized("the token is not valid").with_source(error))
}

/// Who has the role, by a good token: its subject, for the log. `None` for everybody else.
pub(crate) fn role_of(head: &Head, auth: &dyn Authenticate, role: &str) -> Option<String> {
    let claims: Value = read(head, auth, true, &[role]).ok()?;
    let subject = claims["sub"].as_str().unwrap_or("somebody");
    Some(format!("{subject}, with the role `{role}`"))
}

fn has_role(claims: &Value, role: &str) -> bool {
    claims["roles"].as_array().is_some_and(|roles| roles.iter().any(|held| held == role))
}

fn token(head: &Head, cookie: &str) -> Result<Option<String>> {
    if let Some(token) = bearer(&head.headers) {
        return Ok(Some(token.to_owned()));
    }
    if let Some(token) = offered(&head.headers) {
        return Ok(Some(token.to_owned()));
    }
    let Some(token) = Cookies::of(&head.headers).get(cookie).map(str::to_owned) else { return Ok(None) };
    let is_safe = matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || head.headers.contains_key("x-requested-with") {
        return Ok(Some(token));
    }
    Err(Error::unauthorized("a token in a cookie needs the header `x-requested-with` here"))
}

/// The token of `authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token that the handshake of a socket offers as a subprotocol: `bearer.` and the token.
fn offered(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter().filter_map(|line| line.to_str().ok());
    lines.find_map(|line| line.split(',').find_map(|one| one.trim().strip_prefix("bearer.")))
}
