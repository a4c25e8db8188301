//! What an interceptor may take: what comes next for an `#[around]`, the route that it runs around, and who asks; or the
//! delivery or the run that it runs around.

use serde::de::DeserializeOwned;

use crate::context::{self, Id};
use crate::error::Result;
use crate::plugin::{Down, Slot};
use crate::request::{Authenticate, Head, read_claims};
use crate::response::Response;

/// The rest of the way to the handler and back, as an `#[around]` gets it. Awaiting it runs it; dropping it does not.
///
/// Around routes it ends in a response, around events and jobs in a `Result<()>`: `next: impl Next<Result<()>>`.
pub trait Next<T = Response>: Future<Output = T> + Send {}

impl<T, F: Future<Output = T> + Send> Next<T> for F {}

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

/// The delivery of an event or the run of a job, as an interceptor of events or jobs takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// Whether it is the run of a job or a schedule, and not the delivery of an event.
    pub is_job: bool,
    /// The event's name, or the job's: `user.created`, `users.purge.nightly`.
    pub name: &'static str,
    /// The folder of the handler's domain.
    pub domain: &'static str,
    /// The plugin whose handler it is, as its file is called.
    pub plugin: &'static str,
    /// The function that handles it.
    pub handler: &'static str,
    /// Which attempt this is, counted from 1.
    pub attempt: u32,
    /// The id of the event or the run; `None` without the feature `causality`, and so are the next two.
    pub id: Option<Id>,
    /// What caused it.
    pub cause: Option<Id>,
    /// The first of the chain: a request, mostly.
    pub origin: Option<Id>,
}

/// What of it the wiring knows.
#[doc(hidden)]
#[derive(Debug)]
pub struct WorkFacts {
    pub is_job: bool,
    pub name: &'static str,
    pub domain: &'static str,
    pub plugin: &'static str,
    pub handler: &'static str,
}

impl Work {
    /// What is handled now by this handler.
    #[doc(hidden)]
    pub fn under_way(facts: &WorkFacts) -> Self {
        let WorkFacts { is_job, name, domain, plugin, handler } = *facts;
        let work = Self { is_job, name, domain, plugin, handler, attempt: 1, id: None, cause: None, origin: None };
        match context::current() {
            Some(context) => Self {
                attempt: context.attempt.max(1),
                id: Some(context.id),
                cause: context.cause,
                origin: Some(context.origin),
                ..work
            },
            None => work,
        }
    }
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
