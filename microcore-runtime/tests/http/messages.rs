//! What HTTP asks of the messages themselves, byte by byte: a client library would not send most of these.

use crate::client::Answer;
use crate::fixture::Server;

/// What one connection answers to exactly these bytes.
async fn said(server: &Server, text: &str) -> Answer {
    let mut client = server.client().await;
    client.send(text).await;
    client.answer().await
}

/// RFC 9112, 3.2.
#[tokio::test]
async fn a_request_names_exactly_one_valid_host() {
    let server = Server::start().await;
    let refused = [
        "GET /hello HTTP/1.1\r\n\r\n",
        "GET http://test/hello HTTP/1.1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n",
        "GET /hello HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost: a b/..\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost: me@a\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost: a:b\r\n\r\n",
    ];
    for text in refused {
        let answer = said(&server, text).await;
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (400, Some("bad_request")), "{text}");
        assert_eq!(answer.message(), "exactly one valid header `host` is required", "{text}");
        assert_eq!(answer.json()["error"]["request_id"].as_str(), answer.header("x-request-id"), "{text}");
    }
    let answered = [
        "GET /hello HTTP/1.0\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost:\r\n\r\n",
        "GET /hello HTTP/1.1\r\nhost: [::1]:8080\r\n\r\n",
        "GET http://other/hello HTTP/1.1\r\nhost: test\r\n\r\n",
    ];
    for text in answered {
        assert_eq!(said(&server, text).await.status, 200, "{text}");
    }
}

/// RFC 9112, 3.2.2.
#[tokio::test]
async fn a_target_that_names_a_host_goes_before_the_header() {
    let server = Server::start().await;
    for (target, host, seen) in [
        ("/host", "test", "test"),
        ("http://other/host", "test", "other"),
        ("http://Other:81/host", "test", "Other:81"),
        ("http://[::1]:81/host", "test", "[::1]:81"),
    ] {
        let answer = said(&server, &format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await;
        assert_eq!((answer.status, answer.json()["data"].as_str()), (200, Some(seen)), "{target}");
    }
    for (target, host) in [
        ("http://u@other/host", "other"),
        ("http://u:p@other/host", "other"),
        ("http://other/host", "a b"),
        ("http://other/host", "u@other"),
        ("http://other/host", "a\r\nhost: b"),
        ("http://[a]/host", "test"),
    ] {
        let answer = said(&server, &format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await;
        assert_eq!(answer.status, 400, "{target} {host}");
    }
}

/// RFC 9112, 6.1.
#[tokio::test]
async fn a_transfer_coding_that_is_not_undone_is_501() {
    let server = Server::start().await;
    let body = r#"{"name":"Ana","age":7}"#;
    let post = |codings: &str| {
        let length = body.len();
        format!(
            "POST /users HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n{codings}\r\n\
             {length:x}\r\n{body}\r\n0\r\n\r\n"
        )
    };
    for codings in [
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked, chunked\r\n",
    ] {
        let answer = said(&server, &post(codings)).await;
        assert_eq!(
            (answer.status, answer.json()["error"]["code"].as_str()),
            (501, Some("not_implemented")),
            "{codings}"
        );
    }
    for codings in ["transfer-encoding: chunked\r\n", "Transfer-Encoding: Chunked\r\n"] {
        assert_eq!(said(&server, &post(codings)).await.status, 201, "{codings}");
    }
}

/// RFC 9110, 9.3.7.
#[tokio::test]
async fn the_server_as_a_whole_tells_its_methods() {
    let server = Server::start().await;
    let told = said(&server, "OPTIONS * HTTP/1.1\r\nhost: test\r\n\r\n").await;
    assert_eq!((told.status, told.header("allow")), (204, Some("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")));
}
