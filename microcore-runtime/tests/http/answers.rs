//! What comes back where no input is at fault: statuses, envelope, headers, ids, panics.

use std::io;
use std::sync::{Arc, Mutex};

use crate::fixture::Server;

#[tokio::test]
async fn every_answer_is_an_envelope_with_an_id() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("GET /hello").await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"success":true,"data":"hello"}"#));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    client.ask("GET /nowhere").await;
    let answer = client.answer().await;
    let error = &answer.json()["error"];
    assert_eq!((answer.status, error["code"].as_str()), (404, Some("not_found")));
    if cfg!(feature = "causality") {
        assert_eq!(error["request_id"].as_str(), answer.header("x-request-id"));
    }
    client.ask("GET /hello/").await;
    assert_eq!(client.answer().await.status, 404);
}

#[tokio::test]
async fn another_method_is_refused_with_the_allowed_ones() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("DELETE /hello").await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    assert_eq!(answer.message(), "DELETE is not allowed here, only GET, HEAD, OPTIONS");
    client.ask("OPTIONS /hello").await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("allow")), (204, Some("GET, HEAD, OPTIONS")));
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("HEAD /hello").await;
    let answer = client.answer_to_head().await;
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("31")));
    // Were there a body, the next answer would begin in the middle of it.
    client.ask("GET /hello").await;
    assert_eq!(client.answer().await.body.len(), 31);
}

#[cfg(feature = "causality")]
#[tokio::test]
async fn a_safe_id_is_adopted_and_reaches_the_handler() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for path in ["/id", "/pool"] {
        client.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\nx-request-id: trace-7\r\n\r\n")).await;
        let answer = client.answer().await;
        assert_eq!(answer.header("x-request-id"), Some("trace-7"));
        assert_eq!(answer.json()["data"], "trace-7");
    }
    client.send("GET /id HTTP/1.1\r\nhost: test\r\nx-request-id: a b\r\n\r\n").await;
    let answer = client.answer().await;
    let id = answer.header("x-request-id").unwrap();
    assert_ne!(id, "a b");
    assert_eq!(answer.json()["data"], id);
}

#[tokio::test]
async fn a_panic_is_one_500_and_one_log_line() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    let mut client = server.client().await;
    for (path, text) in [("/panic", "the number is 7"), ("/pool-panic", "on the pool")] {
        client.ask(&format!("GET {path}")).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.message().as_str()), (500, "internal error"));
        assert!(!answer.body.contains(text));
        let lines = log.lines(text);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("ERROR") && lines[0].contains(answer.header("x-request-id").unwrap()), "{lines:?}");
    }
    client.ask("GET /hello").await;
    assert_eq!(client.answer().await.status, 200, "the connection survives");
}

#[tokio::test]
async fn what_is_down_answers_503_with_the_reason_in_the_log_only() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::with([("HTTP_ACCESS_LOG", "false")]).await;
    let mut client = server.client().await;
    client.ask("GET /down").await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.message().as_str()), (503, "temporarily unavailable"));
    assert!(!answer.body.contains("db.internal"));
    assert_eq!(log.lines("tool db is off: no such host: db.internal").len(), 1);
    client.ask("GET /nowhere").await;
    client.answer().await;
    assert_eq!(log.lines("nowhere").len(), 0, "a refusal is not an operator's business");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self, part: &str) -> Vec<String> {
        let bytes = self.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_answer_that_http_does_not_have_is_our_fault() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for path in [
        "/status/0",
        "/status/100",
        "/status/101",
        "/status/103",
        "/status/600",
        "/status/1000",
        "/status/204",
        "/status/205",
        "/status/304",
        "/by-hand/100",
        "/by-hand/101",
        "/by-hand/600",
        "/by-hand/204",
        "/by-hand/205",
        "/by-hand/304",
    ] {
        client.ask(&format!("GET {path}")).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (500, Some("internal")), "{path}");
    }
    for (path, status) in [
        ("/status/202", 202),
        ("/status/418", 418),
        ("/nothing/204", 204),
        ("/nothing/205", 205),
        ("/by-hand/404", 404),
    ] {
        client.ask(&format!("GET {path}")).await;
        assert_eq!(client.answer().await.status, status, "{path}");
    }
}

#[tokio::test]
async fn an_event_has_a_name_an_id_and_a_time_to_come_again() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("GET /events?more").await;
    client.answer_to_head().await;
    let expected = ": hello\n: there\n\nevent: start\nid: 7\nretry: 3000\ndata: 0\n\ndata: 1\n\n";
    assert!(client.text_until("data: 1\n\n").await.contains(expected));
    server.app.let_go();
}
