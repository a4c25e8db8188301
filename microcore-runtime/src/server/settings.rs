//! What the server reads from the environment.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[cfg(feature = "ws")]
use super::origin;
use super::pace::Waits;
use crate::realtime::Lasting;
use crate::request::Limits;
use crate::settings::{ByteSize, Secret, settings};
use crate::system::{SystemAccess, SystemToken};

/// How long a socket's handler may at most go on after its client left.
const LONGEST_LINGER: Duration = Duration::from_secs(5);

/// How long after a stop a request may still arrive on a connection that was idle: most come within a round trip.
const LAST_REQUESTS: Duration = Duration::from_millis(500);

settings! {
    /// The server's settings.
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct ServerSettings {
        /// Address or name to listen on.
        #[setting(key = "HTTP_HOST", default = "127.0.0.1")]
        pub host: String,
        /// Port to listen on; 0 lets the system choose.
        #[setting(key = "HTTP_PORT", default = "5000")]
        pub port: u16,
        /// Whether other processes may listen on the port too, as the next version does in a rolling restart. Unix only.
        #[setting(key = "HTTP_REUSE_PORT", default = "false")]
        pub reuse_port: bool,
        /// File with the certificate and its chain, in PEM: with it the server speaks TLS only. Needs the feature `tls`.
        #[setting(key = "HTTP_TLS_CERT")]
        pub tls_cert: Option<String>,
        /// File with the certificate's private key, in PEM.
        #[setting(key = "HTTP_TLS_KEY")]
        pub tls_key: Option<String>,
        /// Worker threads; 0 is one per core.
        #[setting(key = "HTTP_WORKERS", default = "0", within = "0"..="1024")]
        pub workers: usize,
        /// Whether each worker is an event loop of its own, with its own connections, instead of one that takes over
        /// others' tasks. Linux only.
        #[setting(key = "HTTP_THREAD_PER_CORE", default = "false")]
        pub thread_per_core: bool,
        /// Largest JSON or form body that is read.
        #[setting(key = "HTTP_BODY_LIMIT", default = "2MiB", within = "0"..="1024GiB")]
        pub body_limit: ByteSize,
        /// Largest multipart body that is read.
        #[setting(key = "HTTP_UPLOAD_LIMIT", default = "32MiB", within = "0"..="1024GiB")]
        pub upload_limit: ByteSize,
        /// Time for each 64 KiB of a body to arrive; 0s waits forever.
        #[setting(key = "HTTP_BODY_TIMEOUT", default = "30s")]
        pub body_timeout: Duration,
        /// Time for a request head to arrive once it began; 0s waits forever.
        #[setting(key = "HTTP_HEADER_TIMEOUT", default = "10s")]
        pub header_timeout: Duration,
        /// Largest request head.
        #[setting(key = "HTTP_HEADER_LIMIT", default = "16KiB", within = "256"..="16MiB")]
        pub header_limit: ByteSize,
        /// Time that a connection may be idle between requests; 0s keeps it forever.
        #[setting(key = "HTTP_IDLE_TIMEOUT", default = "60s")]
        pub idle_timeout: Duration,
        /// Time that an answer may wait for its client to take some of it; 0s waits forever.
        #[setting(key = "HTTP_WRITE_TIMEOUT", default = "30s")]
        pub write_timeout: Duration,
        /// Time that a client waits for an answer before it gets 503, while the handler runs on; 0s waits forever.
        #[setting(key = "HTTP_REQUEST_TIMEOUT", default = "0s")]
        pub request_timeout: Duration,
        /// Whether a request's id is taken from its `x-request-id`, where that is short and safe, and told in the answer's.
        #[setting(key = "HTTP_REQUEST_ID", default = "true")]
        pub request_id: bool,
        /// Whether answers have `x-content-type-options` and `x-frame-options`.
        #[setting(key = "HTTP_SECURITY_HEADERS", default = "true")]
        pub security_headers: bool,
        /// Requests per minute and client address; 0 has no limit.
        #[setting(key = "HTTP_RATE_LIMIT", default = "0")]
        pub rate_limit: u32,
        /// Proxies of ours in front, each of which adds to `x-forwarded-for`: how the client's address is known.
        #[setting(key = "HTTP_PROXIES", default = "0", within = "0"..="100")]
        pub proxies: usize,
        /// The same by their addresses and networks, such as `10.0.0.0/8,::1`, however many are in a row; not with `HTTP_PROXIES`.
        #[setting(key = "HTTP_TRUSTED_PROXIES")]
        pub trusted_proxies: Option<Vec<String>>,
        /// Hosts that requests may name, such as `example.com,*.example.com`; others are 421. Unset, any.
        #[setting(key = "HTTP_HOSTS")]
        pub hosts: Option<Vec<String>>,
        /// Whether each request is a line of the log, at its end. Unset, in debug builds only.
        #[setting(key = "HTTP_ACCESS_LOG")]
        pub access_log: Option<bool>,
        /// Whether a request may say in `traceparent` which trace it belongs to. At the edge to clients that nobody knows,
        /// `false` makes each request a trace of its own.
        #[setting(key = "TRACE_ACCEPT", default = "true")]
        pub trace_accept: bool,
        /// Origins whose pages may read answers, separated by commas; `*` is every one.
        #[setting(key = "HTTP_CORS_ORIGINS")]
        pub cors_origins: Option<Vec<String>>,
        /// Whether those pages may send cookies; not with `*`.
        #[setting(key = "HTTP_CORS_CREDENTIALS", default = "false")]
        pub cors_credentials: bool,
        /// Names of headers of answers that those pages may read, beside `x-request-id` and what a handler exposes.
        #[setting(key = "HTTP_CORS_EXPOSE")]
        pub cors_expose: Option<Vec<String>>,
        /// How long browsers remember what those pages may do.
        #[setting(key = "HTTP_CORS_MAX_AGE", default = "10m")]
        pub cors_max_age: Duration,
        /// How often a stream of events or a socket is asked whether it is still there; 0s never asks.
        #[setting(key = "HTTP_HEARTBEAT", default = "15s")]
        pub heartbeat: Duration,
        /// Messages that may wait for a slow reader of a stream of events or a socket; then its handler waits.
        #[setting(key = "HTTP_MESSAGE_QUEUE", default = "32", within = "1"..="1000000")]
        pub message_queue: usize,
        /// Largest message that a socket receives.
        #[setting(key = "HTTP_MESSAGE_LIMIT", default = "64KiB", within = "1"..="1GiB")]
        pub message_limit: ByteSize,
        /// Whether answers are gzipped. Not for secrets beside what a client sent: their length tells them (BREACH).
        #[setting(key = "HTTP_COMPRESSION", default = "false")]
        pub compression: bool,
        /// Whether everybody may see `/openapi.json` and `/docs`. Unset, whoever may see the system pages.
        #[setting(key = "HTTP_DOCS")]
        pub docs: Option<bool>,
        /// Who may see the system pages: `local`, `token`, `role` or `off`. Unset, `token` where there is one, else `local`.
        #[setting(key = "SYSTEM_ACCESS")]
        pub system_access: Option<SystemAccess>,
        /// Opens the system pages: at least 32 bytes of ASCII without spaces, the same on every replica.
        #[setting(key = "SYSTEM_TOKEN")]
        pub system_token: Option<Secret<SystemToken>>,
        /// The role that may see them with `SYSTEM_ACCESS=role`.
        #[setting(key = "SYSTEM_ROLE", default = "admin")]
        pub system_role: String,
        /// Port of a listener of their own, so that the public port has none of them; 0 lets the system choose.
        #[setting(key = "SYSTEM_PORT")]
        pub system_port: Option<u16>,
        /// Address or name of that listener.
        #[setting(key = "SYSTEM_HOST", default = "127.0.0.1")]
        pub system_host: String,
        /// How often each tool is asked how it is, for the dashboard and the log. `0s`: only when somebody asks.
        #[setting(key = "HEALTH_EVERY", default = "30s")]
        pub health_every: Duration,
        /// How often a replica says how it does, for the others, while somebody looks; a twelfth as often while nobody
        /// does. `0s`: never.
        #[setting(key = "SYSTEM_FLEET_EVERY", default = "5s")]
        pub system_fleet_every: Duration,
        /// How many replicas there should be; fewer are shown as a fault.
        #[setting(key = "SYSTEM_REPLICAS")]
        pub system_replicas: Option<u64>,
        /// Whether one may act there, such as replay a dead letter, and not only look.
        #[setting(key = "SYSTEM_ACTIONS", default = "true")]
        pub system_actions: bool,
        /// Whether the dashboard shows the values of events' fields. Unset, where whoever sits at this machine may look.
        #[setting(key = "SYSTEM_PAYLOADS")]
        pub system_payloads: Option<bool>,
        /// Folders of files below paths that no route has: `/assets=public,/=dist`.
        #[setting(key = "HTTP_STATIC")]
        pub static_folders: Option<Vec<String>>,
        /// Endings of files that are served from there; `*` is every one. Unset, what pages are made of.
        #[setting(key = "HTTP_STATIC_ENDINGS")]
        pub static_endings: Option<Vec<String>>,
        /// Whether a browser that asks there for a page that is not there gets the folder's `index.html`.
        #[setting(key = "HTTP_STATIC_PAGES", default = "false")]
        pub static_pages: bool,
        /// Value of `cache-control` for files from there, but for pages with the setting above, which are `no-cache`.
        #[setting(key = "HTTP_STATIC_CACHE")]
        pub static_cache: Option<String>,
        /// For how long browsers use TLS only: `strict-transport-security`; 0s sends none.
        #[setting(key = "HTTP_HSTS", default = "0s")]
        pub hsts: Duration,
        /// Whether that holds for every host below this one, too: also for those that have no TLS yet.
        #[setting(key = "HTTP_HSTS_SUBDOMAINS", default = "false")]
        pub hsts_subdomains: bool,
        /// Whether browsers may have it built in. Takes months to undo; needs the hosts below and 365d.
        #[setting(key = "HTTP_HSTS_PRELOAD", default = "false")]
        pub hsts_preload: bool,
        /// Value of `content-security-policy`, where a handler sets none.
        #[setting(key = "HTTP_CSP")]
        pub csp: Option<String>,
        /// Value of `referrer-policy`, where a handler sets none; unset, browsers tell other sites the origin at most.
        #[setting(key = "HTTP_REFERRER_POLICY")]
        pub referrer_policy: Option<String>,
        /// Open connections; more wait to be accepted.
        #[setting(key = "HTTP_MAX_CONNECTIONS", default = "10000", within = "1"..="10000000")]
        pub max_connections: usize,
        /// Time for requests in flight to finish at a stop.
        #[setting(key = "DRAIN_TIMEOUT", default = "10s")]
        pub drain_timeout: Duration,
    }
}

/// The part that each connection needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conversation {
    pub(super) waits: Waits,
    pub(super) header_limit: usize,
    /// How long an idle connection may still begin a request after a stop.
    pub(super) last: Duration,
}

impl ServerSettings {
    /// How many workers there are.
    pub(crate) fn worker_count(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        if self.workers == 0 { cores() } else { self.workers }
    }

    /// Of the address where it serves.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() { "https" } else { "http" }
    }

    /// The same settings as seen by who asks for the system pages, which may have a listener of their own; at a loopback
    /// address that one speaks no TLS.
    pub(crate) fn of_system(&self) -> Self {
        let Some(port) = self.system_port else { return self.clone() };
        let mut own = Self { host: self.system_host.clone(), port, ..self.clone() };
        if own.host.parse::<std::net::IpAddr>().is_ok_and(|host| host.to_canonical().is_loopback()) {
            own.tls_cert = None;
        }
        own
    }

    /// Where this machine reaches it: what stands for all addresses is none that can be asked.
    pub(crate) fn reachable(&self) -> (&str, u16) {
        let host = match self.host.as_str() {
            "0.0.0.0" => "127.0.0.1",
            "::" => "::1",
            host => host,
        };
        (host, self.port)
    }

    /// The same as a request names it.
    pub(crate) fn authority(&self) -> String {
        let (host, port) = self.reachable();
        // A zone is this machine's own word.
        let host = host.split('%').next().unwrap_or(host);
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }

    pub(super) fn conversation(&self) -> Conversation {
        let waits = Waits { idle: self.idle_timeout, head: self.header_timeout, write: self.write_timeout };
        let header_limit = usize::try_from(self.header_limit.0).unwrap_or(usize::MAX);
        Conversation { waits, header_limit, last: LAST_REQUESTS.min(self.drain_timeout / 2) }
    }

    pub(super) fn limits(&self) -> Limits {
        Limits { body: self.body_limit.0, upload: self.upload_limit.0, wait: self.body_timeout, lasting: None }
    }

    /// What answers that last must know.
    pub(super) fn lasting(&self, tasks: TaskTracker, stop: CancellationToken) -> Lasting {
        // Who may send cookies with a request may do so with a socket.
        #[cfg(feature = "ws")]
        let origins = if self.cors_credentials { origin::origins(self) } else { Vec::new() };
        Lasting {
            heartbeat: self.heartbeat,
            queue: self.message_queue,
            message_limit: usize::try_from(self.message_limit.0).unwrap_or(usize::MAX),
            linger: LONGEST_LINGER.min(self.drain_timeout / 2),
            #[cfg(feature = "ws")]
            origins,
            private: self.tls_cert.is_some() || !self.hsts.is_zero(),
            tasks,
            stop,
        }
    }

    /// Who may see the system pages.
    pub(crate) fn access(&self) -> SystemAccess {
        let default = if self.system_token.is_some() { SystemAccess::Token } else { SystemAccess::Local };
        self.system_access.unwrap_or(default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings};

    #[test]
    fn has_a_default_for_every_key_and_names_each_malformed_one() {
        let settings = ServerSettings::load(&Environment::default()).unwrap();
        assert_eq!((settings.host.as_str(), settings.port, settings.workers), ("127.0.0.1", 5000, 0));
        assert_eq!(settings.body_limit, ByteSize(2 << 20));
        assert_eq!(settings.drain_timeout, Duration::from_secs(10));
        let wrong = Environment::of([("HTTP_PORT", "x"), ("DRAIN_TIMEOUT", "soon")]);
        let problems = ServerSettings::load(&wrong).unwrap_err();
        assert_eq!(
            problems.iter().map(|problem| problem.name.as_str()).collect::<Vec<_>>(),
            ["HTTP_PORT", "DRAIN_TIMEOUT"]
        );
    }
}
