//! HTTP/2 by prior knowledge, on the port that speaks HTTP/1.

use bytes::Bytes;
use h2::RecvStream;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::client::PATIENCE;
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
async fn head_has_the_headers_of_get_and_no_content() {
    let place = tempfile::TempDir::new().unwrap();
    std::fs::write(place.path().join("site.css"), "p {}").unwrap();
    let server = Server::with([("HTTP_STATIC", &format!("/files={}", place.path().display()))]).await;
    // A client of its own, which takes whatever frames come.
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    for (path, length) in
        [("/hello", Some("31")), ("/big", Some("1048602")), ("/files/site.css", Some("4")), ("/events", None)]
    {
        let request = Request::head(format!("http://test{path}")).body(()).unwrap();
        let (answer, _) = client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers().get("content-length").map(|length| length.to_str().unwrap()), length, "{path}");
        // The head itself is the end of the stream: no frame of content, and no reset for one.
        assert!(answer.body().is_end_stream(), "{path}");
    }
    assert!(!connection.is_finished(), "the connection lives on");
}

/// RFC 9110, 7.2: who is asked for is said, here or there.
#[tokio::test]
async fn a_request_without_an_authority_and_without_a_host_is_400() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let _connection = tokio::spawn(connection);
    for (host, status) in [(None, 400), (Some("test"), 200), (Some("a b"), 400)] {
        let mut request = Request::get("/hello").body(()).unwrap();
        request.headers_mut().extend(host.map(|host| (http::header::HOST, host.parse().unwrap())));
        let (answer, _) = client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        assert_eq!(answer.await.unwrap().status(), status, "{host:?}");
    }
}

/// RFC 9110, 4.2.4 and RFC 9113, 8.3.1.
#[tokio::test]
async fn an_authority_is_a_host_and_the_same_as_a_header_says() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let _connection = tokio::spawn(connection);
    for (authority, host, status) in [
        ("localhost", None, 200),
        ("[::1]:80", None, 200),
        ("localhost", Some("LOCALHOST"), 200),
        ("localhost:80", Some("localhost"), 200),
        ("localhost", Some("localhost:81"), 400),
        ("u@localhost", None, 400),
        ("u:p@localhost", None, 400),
        ("localhost", Some("other"), 400),
        ("localhost", Some("u@localhost"), 400),
    ] {
        let mut request = Request::get(format!("http://{authority}/hello")).body(()).unwrap();
        request.headers_mut().extend(host.map(|host| (http::header::HOST, host.parse().unwrap())));
        let (answer, _) = client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        assert_eq!(answer.await.unwrap().status(), status, "{authority} {host:?}");
    }
}

#[tokio::test]
async fn more_than_a_hundred_headers_are_431_as_over_http1() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let _connection = tokio::spawn(connection);
    for (count, status) in [(100, 200), (101, 431)] {
        let mut request = Request::get("http://test/hello").body(()).unwrap();
        for number in 0..count {
            // The same name counts as often as it comes.
            request.headers_mut().append("x-many", number.into());
        }
        let (answer, _) = client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        assert_eq!(answer.await.unwrap().status(), status, "{count}");
        let mut one = server.client().await;
        let many = "x-many: 1\r\n".repeat(count - 1);
        one.send(&format!("GET /hello HTTP/1.1\r\nhost: test\r\n{many}\r\n")).await;
        assert_eq!(one.answer().await.status, status, "{count} over HTTP/1");
    }
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

/// A client that decides by itself how much of an answer it takes.
struct Stingy {
    client: h2::client::SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl Stingy {
    async fn connect(server: &Server, window: u32) -> Self {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        let builder = h2::client::Builder::new().initial_window_size(window).clone();
        let (client, connection) = builder.handshake(stream).await.unwrap();
        Self { client, connection: tokio::spawn(connection) }
    }

    /// The head of the answer came; its content is taken as the test likes.
    async fn ask(&mut self, path: &str) -> RecvStream {
        let request = Request::get(format!("http://test{path}")).body(()).unwrap();
        let (answer, _) = self.client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body()
    }

    /// The server lets go of it.
    async fn loses_its_connection(self) {
        let _ = timeout(PATIENCE, self.connection).await.expect("the connection ends").unwrap();
    }
}

#[tokio::test]
async fn a_client_that_takes_no_answer_loses_its_connection() {
    let server = Server::with([("HTTP_WRITE_TIMEOUT", "200ms")]).await;
    // No window at all, also for a small answer; pings are answered all the while.
    let mut shut = Stingy::connect(&server, 0).await;
    let mut content = shut.ask("/hello").await;
    shut.loses_its_connection().await;
    assert!(content.data().await.is_none_or(|chunk| chunk.is_err()));
    // A window that is used up and never opened again.
    let mut full = Stingy::connect(&server, 65_535).await;
    let mut content = full.ask("/big").await;
    full.loses_its_connection().await;
    let mut taken = 0;
    while let Some(Ok(chunk)) = content.data().await {
        taken += chunk.len();
    }
    assert_eq!(taken, 65_535);
}

#[tokio::test]
async fn who_takes_an_answer_bit_by_bit_gets_all_of_it() {
    let server = Server::with([("HTTP_WRITE_TIMEOUT", "5s")]).await;
    let mut client = Stingy::connect(&server, 1000).await;
    let mut content = client.ask("/big").await;
    let mut taken = 0;
    while let Some(chunk) = content.data().await {
        let length = chunk.unwrap().len();
        taken += length;
        content.flow_control().release_capacity(length).unwrap();
    }
    assert!(taken > 1 << 20, "{taken}");
}

#[tokio::test]
async fn a_handler_may_take_longer_than_a_client_may() {
    let server = Server::with([("HTTP_WRITE_TIMEOUT", "100ms"), ("HTTP_IDLE_TIMEOUT", "100ms")]).await;
    let (mut client, _connection) = connect(&server).await;
    let slow = tokio::spawn(client.send_request(get("/slow")));
    server.app.slow_began().await;
    let mut silent = Stingy::connect(&server, 65_535).await;
    let mut events = silent.ask("/events").await;
    let first = events.data().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: 1\n\n"), "{first:?}");
    // Twice the time that a client has goes by.
    for _ in 0..2 {
        let mut stuck = Stingy::connect(&server, 0).await;
        let _content = stuck.ask("/hello").await;
        stuck.loses_its_connection().await;
    }
    assert!(!silent.connection.is_finished(), "a stream that has nothing to say is nobody's fault");
    server.app.let_go();
    server.app.let_go();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_connection_without_a_request_ends_after_a_while() {
    let server = Server::with([("HTTP_IDLE_TIMEOUT", "200ms")]).await;
    let mut client = Stingy::connect(&server, 65_535).await;
    let mut content = client.ask("/hello").await;
    while let Some(chunk) = content.data().await {
        chunk.unwrap();
    }
    client.loses_its_connection().await;
}

#[tokio::test]
async fn who_resets_streams_has_no_more_handlers_than_open_streams() {
    let server = Server::start().await;
    let mut client = Stingy::connect(&server, 65_535).await;
    for _ in 0..200 {
        let request = Request::get("http://test/slow").body(()).unwrap();
        let (answer, mut sent) = client.client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        server.app.slow_began().await;
        sent.send_reset(h2::Reason::CANCEL);
        drop(answer);
    }
    let waiting = tokio::spawn(async move { client.ask("/hello").await });
    // Others are answered many times over meanwhile.
    for _ in 0..20 {
        server.turn().await;
    }
    assert!(!waiting.is_finished(), "its handler has not begun");
    server.app.let_go();
    let _content = timeout(PATIENCE, waiting).await.expect("one place is free").unwrap();
    (1..200).for_each(|_| server.app.let_go());
}

#[tokio::test]
async fn events_come_over_http2_and_end_with_the_server_or_the_client() {
    let server = Server::start().await;
    let (mut client, _connection) = connect(&server).await;
    let mut text = Vec::new();
    let mut answer = client.send_request(get("/events")).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    while !text.ends_with(b"data: 3\n\n") {
        text.extend_from_slice(&answer.frame().await.unwrap().unwrap().into_data().unwrap());
    }
    assert_eq!(text, b"data: 1\n\ndata: 2\n\ndata: 3\n\n");
    drop(answer);
    server.app.slow_finished().await;
    let mut answer = client.send_request(get("/events")).await.unwrap();
    answer.frame().await.unwrap().unwrap();
    server.handle.stop();
    while let Some(frame) = answer.frame().await {
        frame.unwrap();
    }
    assert_eq!(server.drained().await.cut, 0);
}

#[cfg(feature = "ws")]
#[tokio::test]
async fn a_socket_over_http2_is_refused_with_what_to_do() {
    let server = Server::start().await;
    let (mut client, _connection) = connect(&server).await;
    let answer = client.send_request(get("/echo")).await.unwrap();
    assert_eq!(answer.status(), 426);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("this route speaks WebSocket, over HTTP/1.1"), "{body:?}");
}
