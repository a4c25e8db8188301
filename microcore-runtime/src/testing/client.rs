//! A small HTTP client for tests: one connection per request, JSON in and out.

use std::net::SocketAddr;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::response::spoken;

/// Speaks to one server. Panics where the server does not answer: a test that can't ask has failed.
///
/// ```
/// use microcore_runtime::testing::{Client, Reply};
///
/// /// Whether whoever has no token is sent away.
/// async fn is_closed(client: &Client, target: &str) -> bool {
///     let reply: Reply = client.get(target).await;
///     reply.status == 401 && reply.error()["code"] == "unauthorized"
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    headers: HeaderMap,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

impl Client {
    /// Of the server at this address.
    pub fn to(address: SocketAddr) -> Self {
        Self { address, headers: HeaderMap::new() }
    }

    /// The same client, with a header that goes with everything that it sends.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(name, value.parse().expect("a test writes a valid header"));
        client
    }

    /// GET.
    pub async fn get(&self, target: &str) -> Reply {
        self.send(Method::GET, target, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, target: &str, body: Value) -> Reply {
        self.send(Method::POST, target, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, target: &str, body: Value) -> Reply {
        self.send(Method::PUT, target, Some(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, target: &str, body: Value) -> Reply {
        self.send(Method::PATCH, target, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, target: &str) -> Reply {
        self.send(Method::DELETE, target, None).await
    }

    /// Any method, with a JSON body or none.
    pub async fn send(&self, method: Method, target: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(target);
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        self.exchange(request.body(Full::new(body)).expect("a test writes a valid target")).await
    }

    /// Any request; where it names no host, the server's address is it.
    pub async fn exchange(&self, mut request: Request<Full<Bytes>>) -> Reply {
        request.headers_mut().extend(self.headers.clone());
        if !request.headers().contains_key(HOST) {
            let host = HeaderValue::from_str(&self.address.to_string()).expect("an address is header text");
            request.headers_mut().insert(HOST, host);
        }
        let stream = TcpStream::connect(self.address).await.expect("the server accepts");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("the server speaks HTTP/1.1");
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await.expect("the server answers");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("the body is whole").to_bytes();
        connection.abort();
        Reply { status: head.status, headers: head.headers, body }
    }
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {:?}", self.body))
    }

    /// The value in it: `data` of the envelope, where replies have that shape. The shape is that of the application that
    /// this process serves, and the envelope where it serves none.
    #[track_caller]
    pub fn data(&self) -> Value {
        (spoken().value_in)(self.json())
    }

    /// The failure in it: `error` of the envelope, where replies have that shape.
    #[track_caller]
    pub fn error(&self) -> Value {
        (spoken().failure_in)(self.json())
    }
}
