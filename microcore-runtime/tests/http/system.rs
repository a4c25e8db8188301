//! The system pages over a socket: what a stranger gets, what CORS has to do with them, and their own listener.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::handshake;
use hyper_util::rt::{TokioExecutor, TokioIo};
use microcore_runtime::server::{ServerSettings, bind_system, serve_system};
use microcore_runtime::settings::{Environment, Settings};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::client::{Answer, Client};
use crate::fixture::Server;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn ask(server: &Server, line: &str, headers: &str) -> Answer {
    let mut client = server.client().await;
    client.send(&format!("{line} HTTP/1.1\r\n{headers}x-request-id: same\r\n\r\n")).await;
    if line.starts_with("HEAD") { client.answer_to_head().await } else { client.answer().await }
}

/// Paths of pages, each with one of the same length that nobody has.
const TWINS: [(&str, &str); 7] = [
    ("/metrics", "/metrixs"),
    ("/system/", "/sistem/"),
    ("/system/api/events", "/sistem/api/events"),
    ("/system/api/traces/tree?id=1", "/sistem/api/traces/tree?id=1"),
    ("/system/api/stream", "/sistem/api/stream"),
    ("/openapi.json", "/openapi.jsan"),
    ("/system/api/dead/7/replay", "/sistem/api/dead/7/replay"),
];

#[tokio::test]
async fn a_stranger_gets_what_an_unknown_path_gets() {
    let cors = "https://app.example";
    for settings in [
        [("HTTP_CORS_ORIGINS", cors), ("HTTP_COMPRESSION", "true"), ("HTTP_CSP", "default-src 'self'")],
        [("SYSTEM_TOKEN", TOKEN), ("HTTP_CORS_ORIGINS", "*"), ("HTTP_SECURITY_HEADERS", "false")],
        [("SYSTEM_ACCESS", "off"), ("HTTP_REQUEST_TIMEOUT", "10s"), ("HTTP_PROXIES", "1")],
    ] {
        let server = Server::with(settings).await;
        for (page, twin) in TWINS {
            for method in ["GET", "HEAD", "OPTIONS", "POST", "DELETE"] {
                for headers in [
                    "host: evil.example\r\n",
                    "host: localhost\r\nx-forwarded-for: 203.0.113.9\r\n",
                    "host: evil.example\r\norigin: https://app.example\r\naccess-control-request-method: GET\r\n",
                    "host: evil.example\r\naccept-encoding: gzip\r\naccept: application/json\r\n",
                    "host: evil.example\r\nauthorization: Basic YTpi\r\n",
                ] {
                    let got = ask(&server, &format!("{method} {page}"), headers).await;
                    let unknown = ask(&server, &format!("{method} {twin}"), headers).await;
                    let without_date = |head: &str| -> Vec<String> {
                        head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect()
                    };
                    assert_eq!(without_date(&got.head), without_date(&unknown.head), "{method} {page} {headers}");
                    let renamed = unknown
                        .body
                        .replace("/sistem", "/system")
                        .replace("jsan", "json")
                        .replace("metrixs", "metrics");
                    assert_eq!(got.body, renamed, "{method} {page} {headers}");
                    assert!(matches!(got.status, 404 | 204), "{method} {page}: {}", got.status);
                }
            }
        }
    }
}

#[tokio::test]
async fn whoever_sits_at_this_machine_sees_what_cors_opens_to_nobody() {
    let settings =
        [("HTTP_CORS_ORIGINS", "https://app.example"), ("HTTP_CORS_CREDENTIALS", "true"), ("HTTP_COMPRESSION", "true")];
    let server = Server::with(settings).await;
    for path in
        ["/system/api/status", "/system/api/events", "/system/api/traces/tree", "/openapi.json", "/system/openapi.json"]
    {
        let headers = "host: localhost\r\norigin: https://app.example\r\naccept-encoding: gzip\r\n";
        let page = ask(&server, &format!("GET {path}"), headers).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.head.contains("access-control-") && !page.head.contains("content-encoding"), "{}", page.head);
        assert_eq!(page.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(page.header("x-request-id"), Some("same"), "{path}");
    }
    let hello = ask(&server, "GET /hello", "host: localhost\r\norigin: https://app.example\r\n").await;
    assert_eq!(hello.header("access-control-allow-origin"), Some("https://app.example"));
}

#[tokio::test]
async fn documents_are_shown_to_everybody_only_where_a_setting_says_so() {
    let stranger = "host: evil.example\r\n";
    for (setting, public, own) in [("true", 200, 200), ("false", 404, 404)] {
        let server = Server::with([("HTTP_DOCS", setting)]).await;
        assert_eq!(ask(&server, "GET /openapi.json", stranger).await.status, public, "{setting}");
        assert_eq!(ask(&server, "GET /system/openapi.json", stranger).await.status, 404, "{setting}");
        assert_eq!(ask(&server, "GET /system/openapi.json", "host: localhost\r\n").await.status, own, "{setting}");
    }
}

#[tokio::test]
async fn every_way_to_name_the_host_counts() {
    let server = Server::start().await;
    let status = async |line: &str, headers: &str| ask(&server, line, headers).await.status;
    assert_eq!(status("GET http://localhost/system/api/events", "host: localhost\r\n").await, 200);
    assert_eq!(status("GET http://evil.example/system/api/events", "host: localhost\r\n").await, 404);
    assert_eq!(
        status("GET http://localhost/system/api/events", "host: evil.example\r\n").await,
        200,
        "the target goes before the header, RFC 9112, 3.2.2; no browser sends one"
    );
    assert_eq!(status("GET /system/api/events", "host: localhost\r\nhost: localhost\r\n").await, 400);
    let mut old = server.client().await;
    old.send("GET /system/api/events HTTP/1.0\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(old.answer().await.status, 404, "so does a proxy that says nothing else ask");
    for (authority, expected) in [("localhost:80", 200), ("127.0.0.1", 200), ("evil.example", 404)] {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        let (mut client, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let request =
            Request::get(format!("http://{authority}/system/api/events")).body(Empty::<Bytes>::new()).unwrap();
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.status(), expected, "{authority}");
        assert!(!answer.into_body().collect().await.unwrap().to_bytes().is_empty());
        connection.abort();
    }
}

#[tokio::test]
async fn a_form_is_exchanged_for_a_cookie() {
    let server = Server::with([("SYSTEM_TOKEN", TOKEN), ("HTTP_HOST", "0.0.0.0")]).await;
    let mut client = server.client().await;
    client.send("GET /system/ HTTP/1.1\r\nhost: a\r\naccept: text/html\r\n\r\n").await;
    let form = client.answer().await;
    assert!(
        form.status == 401 && form.body.contains("<form method=\"post\" action=\"/system/sign-in\">"),
        "{}",
        form.body
    );
    client
        .post("/system/sign-in", "content-type: application/x-www-form-urlencoded\r\n", &format!("token={TOKEN}"))
        .await;
    let signed_in = client.answer().await;
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/system/")));
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    client.send(&format!("GET /system/api/events HTTP/1.1\r\nhost: a\r\ncookie: theme=dark; {cookie}\r\n\r\n")).await;
    assert_eq!(client.answer().await.status, 200);
    client.send(&format!("GET /system/ HTTP/1.1\r\nhost: a\r\ncookie: {cookie}\r\n\r\n")).await;
    assert!(client.answer().await.body.contains("/system/api/traces/tree"));
}

#[tokio::test]
async fn pages_with_a_listener_of_their_own_are_on_no_other() {
    let environment = Environment::of([("SYSTEM_PORT", "0"), ("HTTP_CORS_ORIGINS", "*"), ("HTTP_HOSTS", "a.example")]);
    let settings = ServerSettings::load(&environment).unwrap().verify().unwrap();
    let public = Server::with([("SYSTEM_PORT", "1"), ("HTTP_STATIC_PAGES", "false")]).await;
    assert_eq!(ask(&public, "GET /system/api/events", "host: localhost\r\n").await.status, 404);
    assert_eq!(ask(&public, "GET /openapi.json", "host: localhost\r\n").await.status, 404);

    let listener = bind_system(&settings).await.unwrap().unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let serving = tokio::spawn(serve_system(public.app, listener, settings, stopped));
    let mut client = Client::connect(address).await;
    for (path, host, status) in [
        ("/system/api/events", "localhost", 200),
        ("/openapi.json", "localhost", 200),
        ("/system/api/events", "evil.example", 404),
        ("/hello", "localhost", 404),
    ] {
        client.send(&format!("GET {path} HTTP/1.1\r\nhost: {host}\r\norigin: https://b.example\r\n\r\n")).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, status, "{path} {host}");
        assert!(!answer.head.contains("access-control"), "{}", answer.head);
    }
    drop(client);
    stop.cancel();
    assert_eq!(serving.await.unwrap().cut, 0);
}

#[tokio::test]
async fn a_foreign_host_is_421_where_the_hosts_are_named() {
    let server = Server::with([("HTTP_HOSTS", "a.example, *.b.example")]).await;
    for (host, status) in
        [("a.example", 200), ("A.example.:80", 200), ("x.b.example", 200), ("b.example", 421), ("127.0.0.1", 421)]
    {
        let answer = ask(&server, "GET /hello", &format!("host: {host}\r\n")).await;
        assert_eq!(answer.status, status, "{host}");
        if status == 421 {
            assert_eq!(answer.json()["error"]["code"], "misdirected_request");
            assert_eq!(answer.message(), "this host is not served here");
        }
    }
    let mut old = server.client().await;
    old.send("GET /hello HTTP/1.0\r\n\r\n").await;
    assert_eq!(old.answer().await.status, 421);
}

#[tokio::test]
async fn the_meters_are_told_in_the_format_that_is_asked_for() {
    let server = Server::start().await;
    let local = "host: localhost\r\n";
    let plain = ask(&server, "GET /metrics", local).await;
    assert_eq!(plain.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(plain.header("cache-control"), Some("no-store"));
    assert!(plain.body.contains("# TYPE http_server_requests_total counter\n") && !plain.body.contains("# EOF"));
    let accept = format!("{local}accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.3\r\n");
    let newer = ask(&server, "GET /metrics", &accept).await;
    assert_eq!(newer.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    assert!(newer.body.contains("# TYPE http_server_requests counter\n") && newer.body.ends_with("# EOF\n"));
    for (coding, packed) in [("gzip", Some("gzip")), ("identity", None), ("gzip;q=0", None)] {
        let headers = format!("{local}accept-encoding: {coding}\r\n");
        let head = ask(&server, "HEAD /metrics", &headers).await;
        assert_eq!((head.status, head.header("content-encoding")), (200, packed), "{coding}");
        assert_eq!(head.header("vary"), Some("accept, accept-encoding"));
    }
    assert_eq!(ask(&server, "POST /metrics", local).await.status, 405);
    assert_eq!(ask(&server, "GET /metrics/x", local).await.status, 404);
}
