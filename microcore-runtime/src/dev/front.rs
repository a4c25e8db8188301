//! Who listens at the application's address while it is developed: a request waits here until the code is that of the
//! files, and goes on to the application then.
//!
//! Connections are kept across any number of processes: none of them knows that there was another.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
#[cfg(feature = "http2")]
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
#[cfg(feature = "http2")]
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::errands;
use super::page::{self, Body};
use super::stage::{Stage, State};
#[cfg(feature = "http2")]
use crate::server::Spoken;
use crate::server::speaks;
use crate::system::is_this_machine;

const BUILD: HeaderName = HeaderName::from_static("x-microcore-build");

/// One per session.
#[derive(Debug, Clone)]
pub(super) struct Front {
    pub(super) stage: Arc<Stage>,
    /// Where the application listens, whichever process that is.
    pub(super) application: SocketAddr,
}

impl Front {
    /// For good.
    pub(super) async fn accept(self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, client)) => drop(tokio::spawn(self.clone().converse(stream, client.ip().to_canonical()))),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn converse(self, stream: TcpStream, client: IpAddr) {
        let _ = stream.set_nodelay(true);
        let spoken = speaks(&stream, Duration::ZERO).await;
        let service = service_fn(move |request| {
            let this = self.clone();
            async move { Ok::<_, Infallible>(this.answer(request, client).await) }
        });
        let stream = TokioIo::new(stream);
        // Clients hang up all the time.
        let _ = match spoken {
            #[cfg(feature = "http2")]
            Spoken::Http2 => {
                http2::Builder::new(TokioExecutor::new())
                    .timer(TokioTimer::new())
                    .serve_connection(stream, service)
                    .await
            }
            _ => http1::Builder::new().half_close(true).serve_connection(stream, service).with_upgrades().await,
        };
    }

    async fn answer(&self, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
        let path = request.uri().path();
        if path == "/_dev" || path.starts_with("/_dev/") {
            return if may_see(&request, client) {
                page::inside(path, &self.stage)
            } else {
                page::answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "not found\n".to_owned())
            };
        }
        let state = self.stage.ready().await;
        let failure = match &state {
            State::Down(failure) | State::Stale(failure) => Some(failure),
            _ => None,
        };
        let is_down = matches!(state, State::Down(_));
        let mut response = match failure {
            Some(failure) if !may_see(&request, client) && is_down => {
                // What the compiler says is told on this machine only.
                page::answer(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "text/plain; charset=utf-8",
                    format!("{}\n", failure.what),
                )
            }
            Some(failure) if may_see(&request, client) && page::is_navigation(&request) => page::page(failure),
            Some(failure) if may_see(&request, client) && (is_down || page::asks_for_diagnostics(&request)) => {
                page::diagnostics(failure)
            }
            _ => match errands::run(request, client, self.application).await {
                Ok(response) => response,
                Err(error) => {
                    let said = format!("the application gave no answer: {error}\n");
                    page::answer(StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", said)
                }
            },
        };
        if failure.is_some() {
            response.headers_mut().insert(BUILD, HeaderValue::from_static("failed"));
        }
        response
    }
}

/// Whoever sits at this machine: the other end is here, and no page of another site stands behind a name that leads here.
fn may_see<B>(request: &Request<B>, client: IpAddr) -> bool {
    let named = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let named: Vec<&str> = named.chain(request.uri().authority().map(http::uri::Authority::as_str)).collect();
    client.is_loopback() && !named.is_empty() && named.into_iter().all(|named| is_this_machine(host_of(named)))
}

/// Without the port.
fn host_of(named: &str) -> &str {
    match named.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => named.split(':').next().unwrap_or_default(),
    }
}
