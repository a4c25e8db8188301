//! What an application tells about its inside, and to whom: `/system` and everything below it, and the OpenAPI document
//! with its page where `HTTP_DOCS` does not say who may see them.
//!
//! In: the head of a request that no route of the application has, and who sends it. Out: an answer, or nothing; and with
//! nothing a stranger gets what every unknown path gets.
//!
//! There is one way to a page: `System::answer`, which asks the `Watcher` before it looks for one. So a page is a file
//! in `page/` and a line in its list, and can't be without the rule.

mod access;
#[cfg(feature = "dashboard")]
mod dashboard;
mod dress;
mod facts;
mod fleet;
mod inside;
mod local;
mod own_page;
mod page;
mod parts;
mod session;
mod shown;
mod sign_in;
mod start;
mod watcher;
mod wellbeing;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;

use http::Method;
use tokio_util::sync::CancellationToken;

pub use self::access::{SystemAccess, SystemToken};
pub(crate) use self::facts::FACTS;
pub(crate) use self::fleet::{Fleet, Member};
pub use self::fleet::{REPLICA, replica_heard};
pub(crate) use self::inside::OperationsOf;
pub use self::inside::{Inside, Looked, Watched};
#[cfg(all(unix, debug_assertions))]
pub(crate) use self::local::is_this_machine;
use self::page::Asking;
#[cfg(feature = "otlp")]
pub(crate) use self::page::seen_inside;
use self::shown::Shown;
pub(crate) use self::start::{findings, told, verify};
use self::watcher::{Verdict, Watcher};
use crate::context::Id;
use crate::error::Error;
use crate::event::wall_clock;
use crate::openapi::Documents;
use crate::request::{Body, Head};
use crate::response::{Response, failure_of};
use crate::router::{Methods, method_not_allowed};
use crate::server::ServerSettings;

/// What is guarded wherever it is served, whether or not there is such a page.
const GUARDED: [&str; 4] = ["/system", "/docs", "/openapi.json", "/metrics"];

/// Where the application's inside is looked at.
pub(crate) struct System {
    watcher: Watcher,
    documents: Option<Documents>,
    shown: &'static Shown,
}

/// The listener that a connection came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The application's, at this address.
    Public(Option<IpAddr>),
    /// That of `SYSTEM_PORT`.
    Own(Option<IpAddr>),
}

impl Place {
    /// Whether what is sent from here leaves the machine: a listener of its own at a loopback address speaks no TLS,
    /// whose certificate is for other names.
    #[cfg(feature = "tls")]
    pub(crate) fn is_within_this_machine(self) -> bool {
        matches!(self, Self::Own(Some(address)) if address.to_canonical().is_loopback())
    }
}

/// Who sends a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visitor<'r> {
    /// The other end of the connection.
    pub(crate) peer: IpAddr,
    /// The client, as far as it can be believed: what wrong tokens are counted by.
    pub(crate) client: IpAddr,
    pub(crate) id: &'r Id,
}

impl System {
    /// `None` where nothing is served at this place.
    pub(crate) fn of(
        settings: &ServerSettings,
        place: Place,
        inside: Inside,
        documents: Option<Documents>,
        stop: CancellationToken,
    ) -> Option<Self> {
        if settings.system_port.is_some() && matches!(place, Place::Public(_)) {
            return None;
        }
        let watcher = Watcher::of(settings, place)?;
        let shown = Shown {
            acts: settings.system_actions,
            payloads: settings.system_payloads.unwrap_or(settings.access() == SystemAccess::Local),
            openapi: documents.is_some(),
            session: watcher.signs_in(),
            findings: findings(settings),
            fleet_every: settings.system_fleet_every,
            replicas: settings.system_replicas,
            ..Shown::new(inside, wall_clock(), stop)
        };
        let shown: &'static Shown = Box::leak(Box::new(shown));
        // Nobody serves without a runtime, but tests make one.
        if !settings.health_every.is_zero()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(shown.look_after_tools(settings.health_every));
        }
        if !settings.system_fleet_every.is_zero()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(shown.tell_fleet(settings.system_fleet_every));
        }
        Some(Self { watcher, documents, shown })
    }

    /// Whether the path is one that is guarded; asked for every path that no route has.
    pub(crate) fn guards(path: &str) -> bool {
        GUARDED
            .iter()
            .any(|guarded| path.strip_prefix(guarded).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// The answer, where there is such a page and whoever asks may see it.
    pub(crate) async fn answer(&self, head: &Head, visitor: Visitor<'_>) -> Option<Response> {
        let path = head.uri.path();
        if !Self::guards(path) {
            return None;
        }
        let response = match self.watcher.judge(head, visitor, &self.shown.inside) {
            Verdict::Welcome(who) => self.show(head, &who).await?,
            Verdict::Stranger => sign_in::invitation(&self.watcher, head)?,
            Verdict::TooMany(wait) => sign_in::too_many(wait, visitor.id),
        };
        Some(dress::dressed(response, path))
    }

    /// Whether the request brings a token to sign in with: its body is needed then.
    #[inline]
    pub(crate) fn takes(&self, head: &Head) -> bool {
        self.watcher.signs_in() && head.method == Method::POST && sign_in::is_about(head.uri.path())
    }

    /// The answer to one.
    pub(crate) async fn sign_in(&self, head: &Head, body: Body, visitor: Visitor<'_>) -> Response {
        let response = sign_in::answer(&self.watcher, head, body, visitor).await;
        dress::dressed(response, head.uri.path())
    }

    async fn show(&self, head: &Head, who: &str) -> Option<Response> {
        let path = head.uri.path();
        if let Some(documents) = &self.documents
            && let Some(response) = documents.answer(head, path.strip_prefix("/system").unwrap_or(path)).await
        {
            return Some(response);
        }
        #[cfg(feature = "dashboard")]
        if let Some(response) = dashboard::answer(head) {
            return Some(response);
        }
        let (page, argument) = page::find(path, &self.shown.inside)?;
        let methods = if page.acts { Methods::POST } else { Methods::GET };
        let is_asked =
            if page.acts { head.method == Method::POST } else { matches!(head.method, Method::GET | Method::HEAD) };
        if !is_asked {
            return Some(method_not_allowed(head, methods));
        }
        if page.acts
            && let Err(refusal) = self.may_act(head)
        {
            return Some(crate::response::failure(refusal));
        }
        let asking = Asking { shown: self.shown, head, argument, who };
        Some((page.answer)(asking).await.unwrap_or_else(crate::response::failure))
    }

    /// Acting is apart from looking: no page of another site may do it in somebody's name, and no one at all where
    /// `SYSTEM_ACTIONS` is false.
    fn may_act(&self, head: &Head) -> Result<(), Error> {
        if !self.shown.acts {
            return Err(Error::forbidden("SYSTEM_ACTIONS is false: here one may look and not act"));
        }
        if !own_page::sent(head) {
            return Err(Error::forbidden("only a page of this very origin may act"));
        }
        if !head.headers.contains_key("x-requested-with") {
            return Err(Error::forbidden(
                "the header `x-requested-with` is required, which no page of another site can set",
            ));
        }
        Ok(())
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").field("watcher", &self.watcher).finish_non_exhaustive()
    }
}

/// 429 with the time to wait.
fn later(wait: std::time::Duration, id: &Id) -> Response {
    let mut response = failure_of(&Error::too_many_requests("too many wrong tokens; try again later"), Some(id));
    response.headers_mut().insert(http::header::RETRY_AFTER, (wait.as_secs() + 1).into());
    response
}
