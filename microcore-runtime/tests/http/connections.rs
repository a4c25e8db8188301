//! The life of a connection: kept, pipelined, cut where a client is too slow, limited in number.

use std::time::Duration;

use microcore_runtime::server::{ServerSettings, bind};
use microcore_runtime::settings::{Environment, Settings};

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
}

#[tokio::test]
async fn an_idle_connection_outlives_the_headers_timeout_and_ends_with_its_own() {
    let server = Server::with([("HTTP_HEADER_TIMEOUT", "50ms"), ("HTTP_IDLE_TIMEOUT", "400ms")]).await;
    let mut idle = server.client().await;
    idle.ask("GET /hello").await;
    assert_eq!(idle.answer().await.status, 200);
    // As long as another connection needs to be cut for its headers, twice.
    for _ in 0..2 {
        let mut slow = server.client().await;
        slow.send("GET /hello HTTP/1.1\r\nhost:").await;
        slow.ended().await;
    }
    idle.ask("GET /hello").await;
    assert_eq!(idle.answer().await.status, 200, "it was not cut for its headers");
    idle.ended().await;
    let mut silent = server.client().await;
    silent.ended().await;
}

#[tokio::test]
async fn a_head_is_cut_as_a_whole_however_often_a_byte_comes() {
    let server = Server::with([("HTTP_HEADER_TIMEOUT", "200ms")]).await;
    let mut client = server.client().await;
    client.send("GET /hello HTTP/1.1\r\n").await;
    let mut sent = 0;
    // One header after the other, each in time: the head as a whole is not.
    while !client.is_cut_within(Duration::from_millis(20)).await {
        client.try_send("x: y\r\n").await;
        sent += 1;
        assert!(sent < 200, "a drip of headers holds a connection for good");
    }
}

#[tokio::test]
async fn a_body_that_drips_is_408() {
    let server = Server::with([("HTTP_BODY_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    let head = "POST /users HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    client.send(head).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.message().as_str()), (408, "the body took too long to arrive"));
}

#[tokio::test]
async fn an_answer_that_nobody_takes_ends_the_connection() {
    let server = Server::with([("HTTP_WRITE_TIMEOUT", "50ms"), ("HTTP_IDLE_TIMEOUT", "0s")]).await;
    let mut client = server.client().await;
    // More than the system keeps for a client that does not read.
    for _ in 0..32 {
        client.ask("GET /big").await;
    }
    server.handle.stop();
    assert_eq!(server.drained().await.cut, 0, "the connection ended by itself, within the drain");
}

#[tokio::test]
async fn a_flood_of_headers_is_431() {
    let server = Server::with([("HTTP_HEADER_LIMIT", "8KiB")]).await;
    for flood in ["x: y\r\n".repeat(200), format!("x: {}\r\n", "y".repeat(10_000))] {
        let mut client = server.client().await;
        client.send(&format!("GET /hello HTTP/1.1\r\nhost: test\r\n{flood}\r\n")).await;
        assert_eq!(client.answer().await.status, 431);
        client.ended().await;
    }
}

#[tokio::test]
async fn a_handler_may_take_longer_than_the_headers() {
    let server = Server::with([("HTTP_HEADER_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    let mut other = server.client().await;
    other.send("GET /hello HTTP/1.1\r\n").await;
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

#[tokio::test]
async fn who_can_not_listen_is_told_which_setting_helps() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = async |settings: [(&str, &str); 2]| {
        let settings = ServerSettings::load(&Environment::of(settings)).unwrap();
        bind(&settings).await.unwrap_err().to_string()
    };
    for loops in ["false", "true"] {
        let said = said([("HTTP_PORT", &port), ("HTTP_THREAD_PER_CORE", loops)]).await;
        assert!(said.starts_with(&format!("can't listen on 127.0.0.1:{port}: ")), "{said}");
        assert!(said.ends_with("; stop what listens there, or set HTTP_PORT to another port"), "{said}");
    }
    let unknown = said([("HTTP_HOST", "nowhere.invalid"), ("HTTP_PORT", "0")]).await;
    assert!(unknown.starts_with("HTTP_HOST must be") && unknown.contains("not `nowhere.invalid`: "), "{unknown}");
    // Addresses of documentation, RFC 5737: nobody has them.
    let foreign = said([("HTTP_HOST", "192.0.2.1"), ("HTTP_PORT", "0")]).await;
    assert!(
        foreign.contains("192.0.2.1:0") && foreign.contains("HTTP_HOST must be an address of this machine"),
        "{foreign}"
    );
}
