//! The life of a connection: kept, pipelined, cut where a client is too slow, limited in number.

use crate::fixture::Server;

#[tokio::test]
async fn a_connection_is_kept_and_closed_when_the_client_asks() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for _ in 0..3 {
        client.ask("GET /hello").await;
        assert_eq!(client.answer().await.status, 200);
    }
    client.send("GET /hello HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 200);
    client.ended().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let one = |path| format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n");
    let mut all = one("/hello") + &one("/nowhere") + &one("/users/7");
    // The first answers must not wait for the rest of the last request.
    let late = all.split_off(all.len() - 2);
    client.send(&all).await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(client.answer().await.status, 404);
    client.send(&late).await;
    assert_eq!(client.answer().await.json()["data"]["id"], 7);
}

#[tokio::test]
async fn slow_headers_are_cut() {
    let server = Server::with([("HTTP_HEADER_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    client.send("GET /hello HTTP/1.1\r\nhost:").await;
    client.ended().await;
    let mut idle = server.client().await;
    idle.ask("GET /hello").await;
    assert_eq!(idle.answer().await.status, 200);
    idle.ended().await;
}

#[tokio::test]
async fn a_handler_may_take_longer_than_the_headers() {
    let server = Server::with([("HTTP_HEADER_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    let mut other = server.client().await;
    // As long as another connection needs to be cut.
    other.ended().await;
    server.app.let_go();
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn a_connection_over_the_limit_waits_for_a_seat() {
    let server = Server::with([("HTTP_MAX_CONNECTIONS", "1")]).await;
    let mut first = server.client().await;
    first.ask("GET /slow").await;
    server.app.slow_began().await;
    let mut second = server.client().await;
    second.ask("GET /hello").await;
    server.app.let_go();
    assert_eq!(first.answer().await.status, 200);
    drop(first);
    assert_eq!(second.answer().await.status, 200);
}
