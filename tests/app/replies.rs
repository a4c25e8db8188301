//! What a handler may return, over a real socket.

use http::{HeaderMap, Request};
use http_body_util::Full;
use microcore::testing::{Client, Reply};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::wires::booted;

async fn ask(app: &Client, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path).header("host", "test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.exchange(request.body(Full::default()).unwrap()).await
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[microcore::test]
async fn each_reply_has_its_status_and_headers() {
    let app = booted("replies", &[]).await;
    let accepted = app.post("/replies/accepted", json!({})).await;
    assert_eq!((accepted.status.as_u16(), accepted.data()), (202, json!({"id": 1})));
    let created = app.post("/replies/created", json!({})).await;
    assert_eq!((created.status.as_u16(), header(&created.headers, "location")), (201, "/replies/1"));
    let gone = app.delete("/replies/gone").await;
    assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0));
    let moved = app.get("/replies/moved").await;
    assert_eq!((moved.status.as_u16(), header(&moved.headers, "location")), (308, "/replies/elsewhere"));
    let media = app.get("/replies/media").await;
    assert_eq!((header(&media.headers, "content-type"), &media.body[..]), ("text/csv; charset=utf-8", &b"a,b\n"[..]));
    let cookie = app.post("/replies/cookie", json!({})).await;
    assert_eq!((cookie.status.as_u16(), header(&cookie.headers, "cache-control")), (203, "no-store"));
    let set = "session=a%20b; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600";
    assert_eq!(header(&cookie.headers, "set-cookie"), set);
    app.stop().await;
}

#[microcore::test]
async fn a_stream_is_sent_as_it_comes_and_a_broken_one_is_not_ended() {
    let app = booted("stream", &[]).await;
    let whole = app.get("/replies/stream").await;
    assert_eq!((&whole.body[..], header(&whole.headers, "transfer-encoding")), (&b"one two"[..], "chunked"));
    let mut socket = tokio::net::TcpStream::connect(app.address()).await.unwrap();
    socket.write_all(b"GET /replies/stream?broken=true HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
    let mut received = String::new();
    socket.read_to_string(&mut received).await.unwrap();
    assert!(!received.ends_with("0\r\n\r\n"), "the client must see that something is missing: {received}");
    app.stop().await;
}

#[microcore::test]
async fn a_file_is_served_whole_in_part_or_not_at_all() {
    let app = booted("file", &[]).await;
    let place = std::env::temp_dir().join(format!("microcore-replies-{}-data.txt", std::process::id()));
    std::fs::write(&place, "0123456789").unwrap();
    let path = "/replies/file/data.txt";
    let whole = ask(&app, path, &[]).await;
    assert_eq!((whole.status.as_u16(), &whole.body[..]), (200, &b"0123456789"[..]));
    assert_eq!(header(&whole.headers, "content-length"), "10");
    assert_eq!(
        (header(&whole.headers, "content-type"), header(&whole.headers, "accept-ranges")),
        ("text/plain; charset=utf-8", "bytes")
    );
    let (etag, modified) = (header(&whole.headers, "etag"), header(&whole.headers, "last-modified"));

    let part = ask(&app, path, &[("range", "bytes=2-4")]).await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &b"234"[..]));
    assert_eq!(
        (header(&part.headers, "content-range"), header(&part.headers, "content-length")),
        ("bytes 2-4/10", "3")
    );
    let nothing = ask(&app, path, &[("range", "bytes=10-")]).await;
    assert_eq!((nothing.status.as_u16(), header(&nothing.headers, "content-range")), (416, "bytes */10"));

    for known in [("if-none-match", etag), ("if-none-match", "*"), ("if-modified-since", modified)] {
        let reply = ask(&app, path, &[known]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.len(), header(&reply.headers, "etag")),
            (304, 0, etag),
            "{known:?}"
        );
    }
    let other = ask(&app, path, &[("if-none-match", "\"x\""), ("if-modified-since", modified)]).await;
    assert_eq!(other.status, 200, "the tag goes before the date");
    let stale = ask(&app, path, &[("range", "bytes=2-4"), ("if-range", "\"x\"")]).await;
    assert_eq!(stale.status, 200, "a range of another version is no range");
    assert_eq!(ask(&app, path, &[("range", "bytes=2-4"), ("if-range", etag)]).await.status, 206);
    assert_eq!(ask(&app, "/replies/file/none", &[]).await.status, 404);
    let head = app.send(http::Method::HEAD, path, None).await;
    assert_eq!((head.status.as_u16(), header(&head.headers, "content-length"), head.body.len()), (200, "10", 0));
    std::fs::remove_file(place).unwrap();
    app.stop().await;
}
