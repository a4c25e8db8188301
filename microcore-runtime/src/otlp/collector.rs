//! The collector: posts to it, and what it says.
//!
//! In: a packed message. Out: whether it was taken, may be sent again later, or never. A post is no request of the
//! application's and is in no trace.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::OtlpSettings;
use super::endpoint::Endpoint;
use super::messages::{Message, Resource, Signal};
use super::tls;
use crate::error::Result;

/// More of an answer is not read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What became of a post.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It was taken; what the answer says.
    Taken(Bytes),
    /// Not now: at once it is not to be tried again.
    Later(Option<Duration>, String),
    /// Never.
    Refused(String),
}

type Sender = http1::SendRequest<Full<Bytes>>;

/// Where messages go.
pub(super) struct Collector {
    traces: Endpoint,
    metrics: Endpoint,
    logs: Endpoint,
    headers: HeaderMap,
    timeout: Duration,
    tls: Option<TlsConnector>,
    /// The connection of the last post, with where it leads.
    kept: Option<(Endpoint, Sender)>,
}

impl Collector {
    /// `None` where nothing is to be sent.
    pub(super) fn of(settings: &OtlpSettings) -> Result<Option<Self>> {
        if settings.disabled || !(settings.traces() || settings.metrics() || settings.logs()) {
            return Ok(None);
        }
        let at = |own: &Option<Endpoint>, signal| match (own, &settings.endpoint) {
            (Some(own), _) => own.clone(),
            (None, Some(all)) => all.below(signal),
            // Nothing of this kind is sent.
            (None, None) => Endpoint { is_private: false, host: String::new(), port: 0, path: String::new() },
        };
        let [traces, metrics, logs] = [
            at(&settings.traces_endpoint, "traces"),
            at(&settings.metrics_endpoint, "metrics"),
            at(&settings.logs_endpoint, "logs"),
        ];
        let is_private = [&traces, &metrics, &logs].iter().any(|endpoint| endpoint.is_private);
        let tls = if is_private { Some(tls::connector(settings.certificate.as_deref())?) } else { None };
        let mut headers = settings.headers.as_ref().map(|headers| headers.expose().0.clone()).unwrap_or_default();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("microcore/", env!("CARGO_PKG_VERSION"))));
        if let Some(coding) = Resource::coding(settings) {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        let timeout = Duration::from_millis(settings.timeout);
        Ok(Some(Self { traces, metrics, logs, headers, timeout, tls, kept: None }))
    }

    /// Sends one.
    pub(super) async fn post(&mut self, message: &Message) -> Said {
        let endpoint = match message.signal {
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
            Signal::Logs => &self.logs,
        };
        let endpoint = endpoint.clone();
        match timeout(self.timeout, self.exchange(&endpoint, message)).await {
            Ok(Ok(said)) => said,
            Ok(Err(error)) => Said::Later(None, format!("{}: {error}", endpoint.authority())),
            Err(_) => {
                self.kept = None;
                Said::Later(None, format!("{}: no answer within {:?}", endpoint.authority(), self.timeout))
            }
        }
    }

    async fn exchange(&mut self, endpoint: &Endpoint, message: &Message) -> std::io::Result<Said> {
        let kept = self.kept.take().filter(|(to, _)| to.host == endpoint.host && to.port == endpoint.port);
        let mut sender = match kept {
            Some((_, sender)) if !sender.is_closed() => sender,
            _ => self.connect(endpoint).await?,
        };
        sender.ready().await.map_err(other)?;
        let mut request = Request::post(&endpoint.path).body(Full::new(message.body.clone())).map_err(other)?;
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(HOST, HeaderValue::from_str(&endpoint.authority()).map_err(other)?);
        let (head, body) = sender.send_request(request).await.map_err(other)?.into_parts();
        let wait = retry_after(&head.headers);
        let body = read(Response::from_parts(head.clone(), body)).await?;
        self.kept = Some((endpoint.clone(), sender));
        Ok(match head.status {
            status if status.is_success() => Said::Taken(body),
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                Said::Later(wait, format!("{} says {}", endpoint.authority(), head.status))
            }
            status => Said::Refused(format!("{} says {status}", endpoint.authority())),
        })
    }

    async fn connect(&self, endpoint: &Endpoint) -> std::io::Result<Sender> {
        let stream = TcpStream::connect((endpoint.host.as_str(), endpoint.port)).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            Some(tls) if endpoint.is_private => {
                let name = ServerName::try_from(endpoint.host.clone()).map_err(other)?;
                handshake(tls.connect(name, stream).await?).await
            }
            _ => handshake(stream).await,
        }
    }
}

async fn handshake(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> std::io::Result<Sender> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(other)?;
    // It ends with its sender.
    tokio::spawn(connection);
    Ok(sender)
}

async fn read(response: Response<Incoming>) -> std::io::Result<Bytes> {
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
    body.map(http_body_util::Collected::to_bytes).map_err(std::io::Error::other)
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> std::io::Error {
    std::io::Error::other(error)
}

/// In seconds, or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = said.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(said).ok()?;
    Some(at.duration_since(std::time::SystemTime::now()).unwrap_or_default())
}
