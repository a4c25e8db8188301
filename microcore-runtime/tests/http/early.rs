//! Answers that are there before their request is through: they say what becomes of the connection, and they arrive.

use bytes::Bytes;
use http::Request;
use tokio::net::TcpStream;

use crate::client::{Answer, Client};
use crate::fixture::Server;

const MUCH: usize = 20 << 20;

const JSON: &str = "content-type: application/json\r\n";

fn head(path: &str, headers: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: test\r\n{headers}content-length: {length}\r\n\r\n")
}

/// The answer to a request that is sent to its end before anything is read.
async fn answer_after(client: &mut Client, path: &str, headers: &str, length: usize) -> Answer {
    client.send(&head(path, headers, length)).await;
    client.send_much(length).await;
    client.answer().await
}

#[tokio::test]
async fn an_early_answer_says_that_it_is_the_last_and_is_not_lost() {
    let server = Server::start().await;
    for (path, headers, status) in [
        ("/strict", "", 401),
        ("/nowhere", "", 404),
        ("/hello", "", 405),
        ("/users?page=x", JSON, 400),
        ("/users", JSON, 413),
        ("/users", "content-type: text/plain\r\n", 415),
        ("/users", "content-type: application/json\r\ncontent-encoding: gzip\r\n", 415),
        ("/down", "", 503),
        ("/panic", "", 500),
        ("/big", "", 200),
    ] {
        let mut client = server.client().await;
        let answer = answer_after(&mut client, path, headers, MUCH).await;
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")), "{path}");
        client.ended().await;
    }
}

#[tokio::test]
async fn the_edge_answers_early_as_well() {
    let server = Server::with([("HTTP_RATE_LIMIT", "1"), ("HTTP_CORS_ORIGINS", "https://app.example")]).await;
    let preflight = "origin: https://app.example\r\naccess-control-request-method: PUT\r\n";
    let mut client = server.client().await;
    client.send(&head("/users", preflight, MUCH).replace("POST", "OPTIONS")).await;
    client.send_much(MUCH).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (204, Some("close")));
    let mut client = server.client().await;
    assert_eq!(answer_after(&mut client, "/strict", "", 0).await.status, 401);
    let answer = answer_after(&mut client, "/strict", "", MUCH).await;
    assert_eq!((answer.status, answer.header("connection")), (429, Some("close")));
    let mut client = server.client().await;
    let answer = answer_after(&mut client, "/hello", "host: twice\r\n", MUCH).await;
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")));
    client.ended().await;
}

#[tokio::test]
async fn an_answer_to_a_chunked_body_is_not_lost() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send("POST /strict HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n").await;
    client.send(&format!("{MUCH:x}\r\n")).await;
    client.send_much(MUCH).await;
    client.send("\r\n0\r\n\r\n").await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    client.ended().await;
}

#[tokio::test]
async fn a_head_that_is_refused_is_told_so_however_much_comes() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send("GET /hello HTTP/1.1\r\nhost: test\r\nx: ").await;
    client.send_much(MUCH).await;
    assert_eq!(client.answer().await.status, 431);
    client.ended().await;
}

#[tokio::test]
async fn a_little_that_has_come_is_read_and_the_connection_lives_on() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let chunks = "4\r\nbody\r\n0\r\n\r\n";
    for _ in 0..3 {
        client.send(&format!("{}{}", head("/strict", "", 2000), "x".repeat(2000))).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (401, None));
        client
            .send(&format!("POST /nowhere HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"))
            .await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (404, None));
        client.post("/users", JSON, r#"{"name":"Ana","age":7}"#).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (201, None), "a body that was read is through");
    }
}

/// RFC 9110, 10.1.1: who waits to hear whether to send is told, and is not asked to.
#[tokio::test]
async fn who_waits_with_its_body_is_not_asked_for_it() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(&head("/strict", "expect: 100-continue\r\n", 2000)).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    client.finish_sending().await;
    client.ended().await;
    let mut client = server.client().await;
    client.send(&head("/users", "content-type: application/json\r\nexpect: 100-continue\r\n", 22)).await;
    assert_eq!(client.answer_to_head().await.status, 100);
    client.send(r#"{"name":"Ana","age":7}"#).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (201, None));
}

#[tokio::test]
async fn a_client_that_does_not_go_on_is_answered_and_let_go() {
    let server = Server::with([("HTTP_REQUEST_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    client.send(&head("/strict", "", 2000)).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    client.ended().await;
    // The handler still has the body.
    let mut client = server.client().await;
    client.send(&head("/slow", "", 2000)).await;
    server.app.slow_began().await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (503, Some("close")));
    server.app.let_go();
    server.app.slow_finished().await;
    client.ended().await;
    server.handle.stop();
    assert_eq!(server.drained().await.cut, 0);
}

/// RFC 9113, 8.1: a stream is reset without an error once its answer is complete, and the connection goes on.
#[tokio::test]
async fn over_http2_the_rest_of_a_body_is_waived() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    for (path, status) in [("/strict", 401), ("/nowhere", 404), ("/hello", 405), ("/users", 413), ("/down", 503)] {
        let request = Request::post(format!("http://test{path}")).body(()).unwrap();
        let (answer, mut body) = client.clone().ready().await.unwrap().send_request(request, false).unwrap();
        let sending = tokio::spawn(async move {
            let mut left = MUCH;
            while left > 0 {
                body.reserve_capacity(left.min(64 * 1024));
                match std::future::poll_fn(|cx| body.poll_capacity(cx)).await {
                    Some(Ok(room)) => {
                        body.send_data(Bytes::from(vec![b'x'; room]), false)?;
                        left -= room;
                    }
                    Some(Err(error)) => return Err(error),
                    None => return body_end(&mut body).await,
                }
            }
            Ok(())
        });
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let mut content = answer.into_body();
        while let Some(chunk) = content.data().await {
            let chunk = chunk.expect("the answer is whole");
            content.flow_control().release_capacity(chunk.len()).unwrap();
        }
        let told = sending.await.unwrap().expect_err("nobody wants the rest");
        assert_eq!(told.reason(), Some(h2::Reason::NO_ERROR), "{path}: {told}");
    }
    assert!(!connection.is_finished(), "the connection lives on");
}

/// Why a stream takes nothing more.
async fn body_end(body: &mut h2::SendStream<Bytes>) -> Result<(), h2::Error> {
    Err(std::future::poll_fn(|cx| body.poll_reset(cx)).await?.into())
}
