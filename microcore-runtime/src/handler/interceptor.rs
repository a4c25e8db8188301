//! What an interceptor may take: what comes next for an `#[around]`, the route that it runs around, and who asks.

use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::plugin::{Down, Slot};
use crate::request::{Authenticate, Head, read_claims};
use crate::response::Response;

/// The rest of the way to the handler and back, as an `#[around]` gets it. Awaiting it runs it; dropping it does not.
pub trait Next: Future<Output = Response> + Send {}

impl<F: Future<Output = Response> + Send> Next for F {}

/// The route that a request is for, as an interceptor takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `POST`; `SSE` and `WS` are opened with GET; `MOUNT` is a folder of files.
    pub method: &'static str,
    /// As it is written: `/users/{id}`.
    pub path: &'static str,
    /// The folder of its domain.
    pub domain: &'static str,
    /// The plugin that answers, as its file is called.
    pub plugin: &'static str,
    /// The function that answers.
    pub handler: &'static str,
    /// Its `tag = "…"`.
    pub tag: Option<&'static str>,
}

/// Who asks: 401 without a good token.
///
/// # Errors
///
/// 401, or 503 where the tool `auth` is off.
pub fn must_be_known<T: DeserializeOwned>(head: &Head, auth: &Slot<impl Authenticate>) -> Result<T> {
    let auth = auth.running().map_err(Down::to_error)?;
    read_claims(head, auth, true, &[])
}

/// Who asks, as far as a good token says so: what only looks on refuses nobody.
pub fn known<T: DeserializeOwned>(head: &Head, auth: &Slot<impl Authenticate>) -> Option<T> {
    must_be_known(head, auth).ok()
}
