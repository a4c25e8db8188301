//! The handshake of a socket, byte by byte.

use crate::client::Answer;
use crate::fixture::Server;

async fn shaken(server: &Server, headers: &str) -> Answer {
    let mut client = server.client().await;
    client
        .send(&format!(
            "GET /echo HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: websocket\r\n{headers}\r\n"
        ))
        .await;
    client.answer().await
}

/// RFC 6455, 4.2.1.
#[tokio::test]
async fn the_key_is_sixteen_bytes_in_base64_and_there_once() {
    let server = Server::start().await;
    for (key, status) in [
        ("dGhlIHNhbXBsZSBub25jZQ==", 101),
        ("abc", 400),
        ("", 400),
        ("dGhlIHNhbXBsZSBub25jZQ", 400),
        ("dGhlIHNhbXBsZSBub25jZXM=", 400),
        ("dGhlIHNhbXBsZSBub25jZ===", 400),
        ("dGhlIHNhbXBsZSBub-5jZQ==", 400),
        ("dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", 400),
    ] {
        let answer = shaken(&server, &format!("sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n")).await;
        assert_eq!(answer.status, status, "{key}");
    }
    assert_eq!(shaken(&server, "sec-websocket-version: 13\r\n").await.status, 400, "without a key");
}

/// RFC 6455, 4.4.
#[tokio::test]
async fn another_version_is_told_the_right_one() {
    let server = Server::start().await;
    for version in ["sec-websocket-version: 8\r\n", "sec-websocket-version: 130\r\n", ""] {
        let answer = shaken(&server, &format!("{version}sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n")).await;
        assert_eq!((answer.status, answer.header("sec-websocket-version")), (426, Some("13")), "{version}");
    }
}
