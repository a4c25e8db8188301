//! Who sends the request. In: its head and the tool that checks tokens. Out: the claims of a good token, or 401, 403.

use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Head, TokenPlaces};
use crate::error::{Error, Result};
use crate::plugin::Slot;

/// What the tool `auth` must be able to do.
pub trait Authenticate: Send + Sync {
    /// Where a token stands: `authorization: Bearer …`, unless it says otherwise. The 401 and the OpenAPI document follow.
    fn token_places(&self) -> &TokenPlaces {
        static BEARER: LazyLock<TokenPlaces> = LazyLock::new(TokenPlaces::default);
        &BEARER
    }

    /// The claims of a token, as JSON: 401 unless it is ours, meant for us, and its time has not run out.
    fn authenticate(&self, token: &str) -> Result<Value>;
}

/// Where the running tool looks for tokens, for the documents and for what a 401 says.
pub fn token_places(auth: &Slot<impl Authenticate>) -> Option<&TokenPlaces> {
    auth.running().ok().map(Authenticate::token_places)
}

/// Reads the claims. Without a token they are `null`, which an `Option` accepts; a token that is sent must be good.
pub(crate) fn read<T: DeserializeOwned>(
    head: &Head,
    auth: &(impl Authenticate + ?Sized),
    required: bool,
    roles: &[&str],
) -> Result<T> {
    let claims = match auth.token_places().find(head)? {
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
