//! Server-sent events, over a real socket.

use http::Request;
use http_body_util::Full;
use microcore::testing::Client;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::tools::journal::page;
use crate::wires::booted;

/// A stream that is read line by line.
struct Listener(BufReader<TcpStream>);

impl Listener {
    async fn to(app: &microcore::testing::Running<crate::App>, path: &str) -> Self {
        let mut socket = TcpStream::connect(app.address()).await.unwrap();
        socket.write_all(format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").as_bytes()).await.unwrap();
        Self(BufReader::new(socket))
    }

    /// The next line that starts like this.
    async fn line(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).await.unwrap() > 0, "the stream goes on until `{start}`");
            if line.starts_with(start) {
                return line.trim_end().to_owned();
            }
        }
    }

    async fn rest(mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).await.unwrap();
        rest
    }
}

async fn noted(name: &str, line: &str) {
    while !page(name).iter().any(|noted| noted == line) {
        tokio::task::yield_now().await;
    }
}

async fn ask(app: &Client, path: &str, headers: &[(&str, &str)]) -> microcore::testing::Reply {
    let mut request = Request::get(path).header("host", "test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.exchange(request.body(Full::default()).unwrap()).await
}

#[microcore::test]
async fn events_come_as_they_are_sent_and_a_client_that_leaves_ends_its_handler() {
    let app = booted("ticks", &[("HTTP_HEARTBEAT", "20ms")]).await;
    let mut listener = Listener::to(&app, "/live/ticks").await;
    assert_eq!(listener.line("HTTP/1.1").await, "HTTP/1.1 200 OK");
    assert_eq!(listener.line("content-type").await, "content-type: text/event-stream");
    listener.line("x-request-id").await;
    assert_eq!(listener.line(":").await, ":", "a silent stream is a living one");
    assert_eq!(app.post("/live/ticks/7", json!({})).await.data(), 1);
    assert_eq!(listener.line("data").await, r#"data: {"number":7}"#);
    assert_eq!(app.post("/live/ticks/8", json!({})).await.data(), 1);
    assert_eq!(listener.line("data").await, r#"data: {"number":8}"#);
    drop(listener);
    noted("ticks", "gone").await;
    assert_eq!(app.post("/live/ticks/9", json!({})).await.data(), 0, "nobody listens");
    app.stop().await;
}

#[microcore::test]
async fn a_client_that_comes_again_says_what_it_saw_last() {
    let app = booted("missed", &[]).await;
    let first = app.get("/live/missed/2").await;
    assert_eq!(first.headers["content-type"], "text/event-stream");
    assert_eq!(&first.body[..], b"id: 1\ndata: {\"number\":1}\n\nid: 2\ndata: {\"number\":2}\n\n");
    let again = ask(&app, "/live/missed/3", &[("last-event-id", "2")]).await;
    assert_eq!(&again.body[..], b"id: 3\ndata: {\"number\":3}\n\n");
    let none = ask(&app, "/live/missed/3", &[("last-event-id", "3")]).await;
    assert_eq!((none.status.as_u16(), none.body.len()), (200, 0));
    let wrong = ask(&app, "/live/missed/3", &[("last-event-id", "x")]).await;
    assert_eq!((wrong.status.as_u16(), &wrong.error()["fields"][0]["in"]), (400, &json!("header")));
    let head = app.send(http::Method::HEAD, "/live/ticks", None).await;
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"text/event-stream".parse().unwrap()));
    app.stop().await;
}

#[microcore::test]
async fn a_failure_is_ordinary_before_the_first_event_and_the_last_event_after_it() {
    let app = booted("fails", &[]).await;
    let before = app.get("/live/fails/0").await;
    assert_eq!((before.status.as_u16(), &before.error()["message"]), (404, &json!("ticks not found")));
    let after = String::from_utf8(app.get("/live/fails/2").await.body.to_vec()).unwrap();
    let (events, failure) = after.split_once("event: failure\ndata: ").unwrap();
    assert_eq!(events.matches("data: ").count(), 2);
    assert!(failure.contains(r#""code":"not_found""#) && failure.contains("request_id"), "{failure}");
    let panicked = String::from_utf8(app.get("/live/panics").await.body.to_vec()).unwrap();
    assert!(panicked.starts_with("data: {\"number\":1}\n\n"), "{panicked}");
    assert!(panicked.contains("internal error") && !panicked.contains("on purpose"), "{panicked}");
    app.stop().await;
}

#[microcore::test]
async fn who_may_listen_is_decided_before_the_stream_opens_and_what_it_causes_says_so() {
    let app = booted("mine", &[("AUTH_QUERY", "key")]).await;
    assert_eq!(app.get("/live/mine").await.status, 401);
    let token = |roles: serde_json::Value| app.post("/guarded/tokens", json!({"sub": "ana", "roles": roles}));
    let bearer = format!("Bearer {}", token(json!([])).await.data().as_str().unwrap());
    assert_eq!(ask(&app, "/live/mine", &[("authorization", &bearer)]).await.status, 403);
    let made = token(json!(["listener"])).await.data();
    let keyed = format!("/live/mine?key={}", made.as_str().unwrap());
    let by_query = ask(&app, &keyed, &[("accept", "text/event-stream"), ("x-request-id", "first")]).await;
    assert_eq!(by_query.status, 200, "a browser can set no header");
    let bearer = format!("Bearer {}", made.as_str().unwrap());
    let mine = ask(&app, "/live/mine", &[("authorization", &bearer), ("x-request-id", "the-one")]).await;
    assert_eq!(&mine.body[..], b"data: \"ana\"\n\ndata: \"the-one\"\n\ndata: \"the-one\"\n\n");
    noted("mine", "stream said mine because of the-one").await;
    app.stop().await;
}

#[microcore::test]
async fn a_stop_ends_every_stream_cleanly() {
    let app = booted("stop_stream", &[]).await;
    let mut listener = Listener::to(&app, "/live/ticks").await;
    listener.line("x-request-id").await;
    app.post("/live/ticks/1", json!({})).await;
    listener.line("data").await;
    app.stop().await;
    let rest = listener.rest().await;
    assert!(rest.ends_with("0\r\n\r\n"), "the last chunk says that this is all: {rest:?}");
    assert!(page("stop_stream").iter().any(|line| line == "gone"));
}
