//! The access log: one line per request, at its end.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::fixture::Server;

/// What was said to the target `access`, as `name=value` in the order of the fields.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "access"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Lines {
    fn said(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn every_request_is_one_line_without_what_stands_behind_the_question_mark() {
    let lines = Lines::default();
    let _heard = tracing::subscriber::set_default(lines.clone());
    let server = Server::with([("HTTP_ACCESS_LOG", "true"), ("HTTP_PROXIES", "1")]).await;
    let mut client = server.client().await;
    let sent = "GET /users/7?limit=3&token=secret HTTP/1.1\r\nhost: test\r\nx-request-id: mine\r\nx-forwarded-for: 2.2.2.2:80\r\n\r\n";
    client.send(sent).await;
    let length = client.answer().await.body.len();
    client.ask("GET /nowhere").await;
    client.answer().await;
    client.ask("GET /panic").await;
    client.answer().await;
    client.ask("HEAD /hello").await;
    client.answer_to_head().await;
    client.send("GET /hello HTTP/1.1\r\n\r\n").await;
    client.answer().await;
    let said = lines.said();
    assert_eq!(said.len(), 5, "{said:?}");
    let begins = format!("message=answered method=\"GET\" path=\"/users/7\" status=200 bytes={length} micros=");
    assert!(said[0].starts_with(&begins) && said[0].ends_with(" client=2.2.2.2 request=mine "), "{}", said[0]);
    assert!(said[1].contains("path=\"/nowhere\" status=404"), "{}", said[1]);
    assert!(said[2].contains("path=\"/panic\" status=500"), "{}", said[2]);
    assert!(said[3].contains("method=\"HEAD\" path=\"/hello\" status=200 bytes=0"), "{}", said[3]);
    assert!(said[4].contains("path=\"/hello\" status=400"), "what the edge refuses too: {}", said[4]);
    assert!(!said.iter().any(|line| line.contains("secret")), "{said:?}");
}

#[tokio::test]
async fn a_stream_is_a_line_once_it_has_ended() {
    let lines = Lines::default();
    let _heard = tracing::subscriber::set_default(lines.clone());
    let server = Server::with([("HTTP_ACCESS_LOG", "true")]).await;
    let mut client = server.client().await;
    client.ask("GET /events").await;
    client.answer_to_head().await;
    assert_eq!(lines.said(), [] as [String; 0], "it goes on");
    server.app.let_go();
    server.app.slow_finished().await;
    while lines.said().is_empty() {
        server.turn().await;
    }
    let said = lines.said().into_iter().find(|line| line.contains("/events")).unwrap();
    let bytes: usize = said.split("bytes=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(said.contains("status=200") && bytes > 20, "{said}");
}

#[tokio::test]
async fn nothing_is_said_where_it_is_off() {
    let lines = Lines::default();
    let _heard = tracing::subscriber::set_default(lines.clone());
    let server = Server::with([("HTTP_ACCESS_LOG", "false")]).await;
    let mut client = server.client().await;
    client.ask("GET /hello").await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(lines.said(), [] as [String; 0]);
}
