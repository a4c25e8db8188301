//! Calls over HTTP. The protocol, TLS and connections are reqwest's.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ::http::header::CONTENT_LENGTH;
use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::prelude::*;
use microcore::settings::{FromSetting, Problems};
use reqwest::redirect;

use super::guard::{Guard, NotPublic};
use super::{Answer, Backend, Client, FetchError, Policy, Request, Streaming, Trouble, service};

/// The most redirections of one call.
const MOST_REDIRECTIONS: usize = 5;

/// The backend `Http`.
#[derive(Debug, Clone, Copy)]
pub struct Http;

/// What [`Http`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "FETCH")]
#[non_exhaustive]
pub struct HttpSettings {
    /// Time for a call with all its repetitions, where the call says none.
    #[setting(default = "10s", within = "1ms..=1h")]
    pub deadline: Duration,
    /// The same for single hosts: `api.example.com=3s,slow.example.com=1m`.
    pub deadlines: Option<Deadlines>,
    /// How often a call is repeated that may arrive twice.
    #[setting(default = "2", within = "0..=10")]
    pub retries: u32,
    /// After so many failures in a row a host is left in peace; 0 never.
    #[setting(default = "5")]
    pub pause_after: u32,
    /// For how long, the first time; it doubles up to five minutes.
    #[setting(default = "5s", within = "1ms..=5m")]
    pub pause: Duration,
    /// Most bytes of an answer.
    #[setting(default = "10MiB")]
    pub limit: ByteSize,
    /// File with the certificates of an authority of your own, in PEM.
    pub tls_ca: Option<PathBuf>,
    /// Addresses that an untrusted call may reach although they are not public, for development: `127.0.0.1`.
    pub untrusted: Option<Vec<IpAddr>>,
}

/// Deadlines of single hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deadlines(pub BTreeMap<String, Duration>);

impl FromSetting for Deadlines {
    const EXPECTS: &'static str = "hosts and their times, such as `api.example.com=3s,slow.example.com=1m`";

    fn from_setting(text: &str) -> Option<Self> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let read = pairs.map(|pair| {
            let (host, time) = pair.split_once('=')?;
            Some((host.trim().to_lowercase(), Duration::from_setting(time.trim())?))
        });
        read.collect::<Option<_>>().map(Self)
    }
}

/// An open client.
#[derive(Debug)]
pub struct HttpClient {
    policy: Policy,
    limit: u64,
    trusted: reqwest::Client,
    untrusted: reqwest::Client,
    guard: Guard,
}

impl Backend for Http {
    type Settings = HttpSettings;
    type Client = HttpClient;

    async fn open(settings: HttpSettings, _: &Boot) -> Result<HttpClient> {
        // Whoever chose another one before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::allowing(settings.untrusted.unwrap_or_default());
        let authority = settings.tls_ca.as_deref().map(certificates).transpose()?.unwrap_or_default();
        let builder = || {
            let agent = concat!("microcore-fetch/", env!("CARGO_PKG_VERSION"));
            reqwest::Client::builder().user_agent(agent).referer(false).tls_certs_merge(authority.iter().cloned())
        };
        let trusted = builder().redirect(follow(None)).build()?;
        // A proxy would resolve names itself, and nobody would judge what they mean.
        let judged = builder().redirect(follow(Some(guard.clone()))).dns_resolver(Arc::new(guard.clone())).no_proxy();
        let policy = Policy {
            deadline: settings.deadline,
            deadlines: settings.deadlines.unwrap_or_default().0,
            retries: settings.retries,
            pause_after: settings.pause_after,
            pause: settings.pause,
        };
        Ok(HttpClient { policy, limit: settings.limit.0, trusted, untrusted: judged.build()?, guard })
    }
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>> {
    let unreadable = |why: String| {
        let mut problems = Problems::default();
        problems.add("FETCH_TLS_CA", format!("`{}` can't be read: {why}", path.display()));
        problems
    };
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| unreadable(error.to_string()))?)
}

/// Follows a few, and none from `https` to `http`; an untrusted one is judged like the first address.
fn follow(guard: Option<Guard>) -> redirect::Policy {
    redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > MOST_REDIRECTIONS {
            return attempt.error("too many redirections");
        }
        let from = attempt.previous().last().map_or("", |url| url.scheme());
        if attempt.url().scheme() != "https" && from == "https" {
            return attempt.error("a redirection from `https` to `http`");
        }
        match guard.as_ref().map(|guard| guard.judge(attempt.url())) {
            Some(Err(error)) => attempt.error(error),
            _ => attempt.follow(),
        }
    })
}

impl Client for HttpClient {
    fn policy(&self) -> &Policy {
        &self.policy
    }

    async fn send(&self, request: Request) -> Result<Answer, Trouble> {
        let service = service(&request.url);
        let mut got = self.ask(request).await?;
        let (status, headers) = (got.status(), got.headers().clone());
        let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let mut body = BytesMut::new();
        if announced.is_some_and(|length| length > self.limit) {
            return Err(Trouble::Final(FetchError::too_large(self.limit)));
        }
        while let Some(chunk) = got.chunk().await.map_err(trouble)? {
            if body.len() as u64 + chunk.len() as u64 > self.limit {
                return Err(Trouble::Final(FetchError::too_large(self.limit)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer::of(&service, status, headers, body))
    }

    async fn open(&self, request: Request) -> Result<Streaming, Trouble> {
        let service = service(&request.url);
        let got = self.ask(request).await?;
        let (status, headers, of) = (got.status(), got.headers().clone(), service.clone());
        let chunks = stream::try_unfold(got, move |mut got| {
            let service = of.clone();
            async move {
                let chunk = got.chunk().await;
                Ok(chunk
                    .map_err(|error| FetchError::unavailable(&service, error.without_url()))?
                    .map(|chunk| (chunk, got)))
            }
        });
        Ok(Streaming::of(&service, status, headers, chunks.boxed()))
    }
}

impl HttpClient {
    /// The head of the answer.
    async fn ask(&self, request: Request) -> Result<reqwest::Response, Trouble> {
        let client = if request.untrusted {
            self.guard.judge(&request.url).map_err(Trouble::Final)?;
            &self.untrusted
        } else {
            &self.trusted
        };
        let call = client.request(request.method, request.url).headers(request.headers).body(request.body);
        call.send().await.map_err(trouble)
    }
}

/// What reqwest says → what became of the call.
fn trouble(error: reqwest::Error) -> Trouble {
    // The address may have a secret in its query.
    let error = error.without_url();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if one.is::<NotPublic>() || one.is::<FetchError>() {
            return Trouble::Final(FetchError::forbidden(error));
        }
        // An `io::Error` shows what it was made of only to those who ask.
        let inside = one.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = inside.map(|inside| inside as &(dyn std::error::Error + 'static)).or_else(|| one.source());
    }
    if error.is_connect() {
        return Trouble::NotSent(error.into());
    }
    if error.is_builder() || error.is_redirect() {
        return Trouble::Final(FetchError::invalid(error));
    }
    Trouble::Broken(error.into())
}
