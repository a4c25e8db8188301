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

/// RFC 6455, 4.2.2: one of those that the client offers, or none.
#[tokio::test]
async fn a_subprotocol_is_agreed_on_in_the_order_of_the_client() {
    let server = Server::start().await;
    let handshake = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (offered, agreed) in [
        ("chat.v2, chat.v1", Some("chat.v2")),
        ("other, chat.v1", Some("chat.v1")),
        ("other\r\nsec-websocket-protocol: chat.v1", Some("chat.v1")),
        ("bearer.a.b.c, chat.v1", Some("chat.v1")),
        ("chat.v3, CHAT.V1", None),
        ("", None),
    ] {
        let answer = shaken(&server, &format!("{handshake}sec-websocket-protocol: {offered}\r\n")).await;
        assert_eq!((answer.status, answer.header("sec-websocket-protocol")), (101, agreed), "{offered}");
    }
    assert_eq!(shaken(&server, handshake).await.header("sec-websocket-protocol"), None);
}

#[tokio::test]
async fn a_handler_knows_what_was_agreed_on() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::client_async;
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;

    let server = Server::start().await;
    let stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let mut request = "ws://test/echo".into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "chat.v2".parse().unwrap());
    let (mut socket, answer) = client_async(request, stream).await.unwrap();
    assert_eq!(answer.headers()["sec-websocket-protocol"], "chat.v2");
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("\"chat 2\""));
    socket.send(Message::text("\"said\"")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("\"said\""));
}
