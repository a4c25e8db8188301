//! One request, brought to the application and its answer back, over a connection of its own: so none is lost with a
//! connection that the application has just given up.

use std::io;
use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use super::page::Body;
use crate::server::TOLD_PEER;

/// What is of one connection only.
const OF_THE_CONNECTION: [HeaderName; 4] =
    [header::CONNECTION, header::TRANSFER_ENCODING, HeaderName::from_static("keep-alive"), header::UPGRADE];

/// The answer of the application that listens there, to a request of this client.
pub(super) async fn run(
    mut request: Request<Incoming>,
    client: IpAddr,
    application: SocketAddr,
) -> io::Result<Response<Body>> {
    let stream = TcpStream::connect(application).await?;
    stream.set_nodelay(true)?;
    let handshake = http1::Builder::new().preserve_header_case(true).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(io::Error::other)?;
    tokio::spawn(connection.with_upgrades());
    let upgrades = request.headers().contains_key(header::UPGRADE);
    let asking = upgrades.then(|| hyper::upgrade::on(&mut request));
    prepare(&mut request, client)?;
    let mut response = sender.send_request(request).await.map_err(io::Error::other)?;
    if let Some(asking) = asking.filter(|_| response.status() == StatusCode::SWITCHING_PROTOCOLS) {
        let answering = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            if let (Ok(asking), Ok(answering)) = tokio::join!(asking, answering) {
                let _ = copy_bidirectional(&mut TokioIo::new(asking), &mut TokioIo::new(answering)).await;
            }
        });
    } else {
        strip(response.headers_mut());
    }
    *response.version_mut() = Version::HTTP_11;
    // Dropped with the answer's end, and not before: that would end the connection.
    Ok(response.map(|body| {
        body.map_frame(move |frame| {
            let _ = &sender;
            frame
        })
        .boxed_unsync()
    }))
}

/// As it would have come by HTTP/1, and with the client's address.
fn prepare(request: &mut Request<Incoming>, client: IpAddr) -> io::Result<()> {
    if request.version() == Version::HTTP_2 {
        *request.version_mut() = Version::HTTP_11;
        strip(request.headers_mut());
        if let Some(authority) = request.uri().authority() {
            let host = HeaderValue::from_str(authority.as_str()).map_err(io::Error::other)?;
            request.headers_mut().entry(header::HOST).or_insert(host);
        }
    }
    if request.uri().authority().is_some() {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse().map_err(io::Error::other)?;
    }
    let client = HeaderValue::from_str(&client.to_string()).map_err(io::Error::other)?;
    request.headers_mut().insert(TOLD_PEER, client);
    Ok(())
}

fn strip(headers: &mut HeaderMap) {
    for name in &OF_THE_CONNECTION {
        headers.remove(name);
    }
}
