//! What stands between the socket and the application on every request, as the settings say. What is off costs a branch.
//!
//! In: a request and its client. Out: a refusal before the application is asked, and headers on what it answers.

mod access_log;
mod client;
mod compression;
mod cors;
mod deadline;
mod hosts;
mod message;
mod rate;

use std::net::IpAddr;
use std::time::Duration;

use http::header::{REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderValue, header};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::access_log::AccessLog;
pub(super) use self::access_log::Arrived;
pub(super) use self::client::Network;
use self::client::Proxies;
pub(super) use self::compression::{compress, note_others};
use self::cors::Cors;
pub(super) use self::deadline::within;
use self::hosts::Hosts;
pub(super) use self::hosts::refusal as host_refusal;
pub(super) use self::message::is_host;
use self::rate::Rate;
use super::ServerSettings;
use super::folders::Folders;
use crate::context::Id;
use crate::openapi::Documents;
use crate::request::{Body, Head, Limits};
use crate::response::{Response, failure_of};
use crate::system::{Inside, Place, System, Visitor};

/// The built-in features of one server.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(super) struct Edge {
    pub(super) limits: &'static Limits,
    proxies: Option<Proxies>,
    hosts: Option<Hosts>,
    access_log: Option<AccessLog>,
    cors: Option<Cors>,
    rate: Option<Rate>,
    pub(super) compression: bool,
    documents: Option<Documents>,
    pub(super) system: Option<System>,
    folders: Option<Folders>,
    pub(super) request_timeout: Option<Duration>,
    /// Whether a request's id is read from its header, and told in the answer's.
    pub(super) tells_id: bool,
    /// Whether a request may say which trace it belongs to.
    pub(super) accepts_trace: bool,
    secures: bool,
    transport_security: Option<HeaderValue>,
    content_policy: Option<HeaderValue>,
    referrer_policy: Option<HeaderValue>,
    /// Handlers whose clients were told not to wait.
    tasks: TaskTracker,
}

/// What the answer must know of the request.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// In a box, because few requests have one.
    origin: Option<Box<HeaderValue>>,
    pub(super) gzip: bool,
}

impl Edge {
    pub(super) fn new(
        settings: &ServerSettings,
        place: Place,
        folders: Option<Folders>,
        (inside, documents): (Inside, Option<Documents>),
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        #[cfg(feature = "observe")]
        crate::meter::trace_by(crate::context::current_trace);
        crate::record::begin(inside.manifest().meters);
        let is_public = matches!(place, Place::Public(_));
        let system = System::of(settings, place, inside, documents.clone(), stop.clone());
        // As long-lived as the server, which is one per application.
        let lasting = Box::leak(Box::new(settings.lasting(tasks.clone(), stop)));
        Self {
            limits: Box::leak(Box::new(Limits { lasting: Some(lasting), ..settings.limits() })),
            proxies: Proxies::of(settings),
            hosts: Hosts::of(settings).filter(|_| is_public),
            access_log: AccessLog::of(settings),
            // The system pages have nothing to do with other sites, nor with files.
            cors: Cors::of(settings).filter(|_| is_public),
            rate: Rate::per_minute(settings.rate_limit),
            compression: settings.compression,
            folders,
            documents: documents.filter(|_| is_public && settings.docs == Some(true)),
            system,
            request_timeout: Some(settings.request_timeout).filter(|timeout| !timeout.is_zero()),
            tells_id: settings.request_id,
            accepts_trace: settings.trace_accept,
            secures: settings.security_headers,
            transport_security: transport_security(settings),
            content_policy: settings.csp.as_deref().and_then(|policy| HeaderValue::from_str(policy).ok()),
            referrer_policy: settings.referrer_policy.as_deref().and_then(|policy| HeaderValue::from_str(policy).ok()),
            tasks,
        }
    }

    /// Where handlers run that must not be cut with their connection.
    pub(super) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// The client's address, as far as it can be believed.
    #[inline]
    pub(super) fn client(&self, peer: IpAddr, head: &Head) -> IpAddr {
        match &self.proxies {
            None => peer,
            Some(proxies) => proxies.client(peer, head),
        }
    }

    /// What the access log will say of the request.
    #[inline]
    pub(super) fn note(&self, head: &Head, client: IpAddr, id: &Id) -> Arrived {
        if self.access_log.is_some() { Arrived::now(head, client, id) } else { Arrived::UNSEEN }
    }

    /// The answer where the application is not asked.
    #[inline]
    pub(super) fn refuse(&self, head: &Head, body: &Body, client: IpAddr, id: &Id) -> Option<Response> {
        if let Some(refusal) = message::refusal(head, body, id) {
            return Some(refusal);
        }
        if let Some(error) = self.hosts.as_ref().and_then(|hosts| hosts.refusal(head)) {
            return Some(failure_of(&error, Some(id)));
        }
        let preflight = self.cors.as_ref().and_then(|cors| cors.preflight(head));
        preflight.or_else(|| self.rate.as_ref().and_then(|rate| rate.refuse(client, id)))
    }

    /// Whether the path may be one of the server's own.
    #[inline]
    pub(super) fn may_know(&self, head: &Head) -> bool {
        let path = head.uri.path();
        self.folders.is_some() || System::guards(path)
    }

    /// The answer to a path that no route has, where it is one of the server's own.
    pub(super) async fn unrouted(&self, head: &Head, visitor: Visitor<'_>) -> Option<Response> {
        // What everybody may see is not asked for by the rule.
        if let Some(documents) = &self.documents
            && let Some(response) = documents.answer(head, head.uri.path()).await
        {
            return Some(response);
        }
        if let Some(system) = &self.system
            && let Some(response) = system.answer(head, visitor).await
        {
            return Some(response);
        }
        self.folders.as_ref()?.answer(head).await
    }

    #[inline]
    pub(super) fn wishes(&self, head: &Head) -> Wishes {
        Wishes {
            origin: self.cors.as_ref().and_then(|cors| cors.allowed(head)).map(Box::new),
            gzip: self.compression && compression::is_wanted(&head.headers),
        }
    }

    /// What every answer has.
    #[inline]
    pub(super) fn dress(&self, wishes: &Wishes, response: &mut Response) {
        let is_private = response.body().is_private();
        let headers = response.headers_mut();
        if self.secures {
            headers.insert(X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
            // A page that the application makes may say otherwise.
            headers.entry(X_FRAME_OPTIONS).or_insert(const { HeaderValue::from_static("DENY") });
        }
        if let Some(cors) = &self.cors
            && !is_private
        {
            cors.decorate(wishes.origin.as_deref().cloned(), headers);
        }
        if let Some(value) = &self.transport_security {
            headers.entry(STRICT_TRANSPORT_SECURITY).or_insert_with(|| value.clone());
        }
        if let Some(value) = &self.content_policy {
            headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| value.clone());
        }
        if let Some(value) = &self.referrer_policy {
            headers.entry(REFERRER_POLICY).or_insert_with(|| value.clone());
        }
    }
}

/// RFC 6797, 6.1.
fn transport_security(settings: &ServerSettings) -> Option<HeaderValue> {
    let seconds = settings.hsts.as_secs();
    let below = if settings.hsts_subdomains { "; includeSubDomains" } else { "" };
    let built_in = if settings.hsts_preload { "; preload" } else { "" };
    HeaderValue::from_str(&format!("max-age={seconds}{below}{built_in}")).ok().filter(|_| seconds > 0)
}
