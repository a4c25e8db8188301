//! HTTP/2 by prior knowledge, on the port that speaks HTTP/1.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::fixture::Server;

async fn connect(server: &Server) -> (SendRequest<Full<Bytes>>, JoinHandle<hyper::Result<()>>) {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    (sender, tokio::spawn(connection))
}

fn get(path: &str) -> Request<Full<Bytes>> {
    Request::get(format!("http://test{path}")).body(Full::default()).unwrap()
}

#[tokio::test]
async fn requests_are_answered_side_by_side() {
    let server = Server::start().await;
    let (mut client, _connection) = connect(&server).await;
    let slow = tokio::spawn(client.send_request(get("/slow")));
    server.app.slow_began().await;
    let quick = client.send_request(get("/users/7?limit=3")).await.unwrap();
    assert_eq!((quick.status().as_u16(), quick.headers().contains_key("x-request-id")), (200, true));
    let body = quick.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, r#"{"success":true,"data":{"id":7,"limit":3,"tags":[]}}"#);
    let json = Request::post("http://test/users").header("content-type", "application/json");
    let made = client.send_request(json.body(Full::from(r#"{"name":"Ana","age":7}"#)).unwrap()).await.unwrap();
    assert_eq!(made.status(), 201);
    server.app.let_go();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_reset_stream_or_a_lost_connection_does_not_cut_a_handler() {
    let server = Server::start().await;
    let (mut client, connection) = connect(&server).await;
    let reset = tokio::spawn(client.send_request(get("/slow")));
    server.app.slow_began().await;
    reset.abort();
    client.send_request(get("/hello")).await.unwrap();
    server.app.let_go();
    server.app.slow_finished().await;
    let lost = tokio::spawn(client.send_request(get("/slow")));
    server.app.slow_began().await;
    connection.abort();
    lost.abort();
    server.turn().await;
    server.app.let_go();
    server.app.slow_finished().await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight() {
    let server = Server::start().await;
    let (mut client, _connection) = connect(&server).await;
    let slow = tokio::spawn(client.send_request(get("/slow")));
    server.app.slow_began().await;
    server.handle.stop();
    server.app.let_go();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    assert_eq!(server.drained().await.cut, 0);
}
