//! The application hands over to the next process of itself while it has what lasts: a web socket, a stream of events, an
//! HTTP/2 connection under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::{SinkExt, StreamExt};
use http::Request;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::process::{PATIENCE, Process};

/// Each is a process of its own.
const UPGRADES: usize = 3;

async fn connect(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).await.expect("nobody is refused")
}

async fn socket(port: u16) -> WebSocketStream<TcpStream> {
    let request = format!("ws://127.0.0.1:{port}/live/echo").into_client_request().unwrap();
    let (mut socket, _) = client_async(request, connect(port).await).await.expect("the socket opens");
    socket.send(Message::text(json!({ "text": "here" }).to_string())).await.unwrap();
    let heard = socket.next().await.unwrap().unwrap();
    assert_eq!(heard.to_text().unwrap(), "\"here\"");
    socket
}

async fn stream(port: u16) -> TcpStream {
    let mut stream = connect(port).await;
    stream.write_all(b"GET /live/ticks HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\n\r\n").await.unwrap();
    let mut head = vec![0; 15];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head, b"HTTP/1.1 200 OK");
    stream
}

/// A client of HTTP/2 that asks without a pause, over one connection for as long as the server keeps it.
async fn asks(port: u16, done: Arc<AtomicBool>, answered: Arc<AtomicUsize>) -> Vec<String> {
    let mut lost = Vec::new();
    'connections: while !done.load(Ordering::Relaxed) {
        let (mut sender, connection) = h2::client::handshake(connect(port).await).await.expect("it speaks HTTP/2");
        tokio::spawn(connection);
        while !done.load(Ordering::Relaxed) {
            // Where it takes no more requests, none was asked.
            let Ok(ready) = sender.ready().await else { continue 'connections };
            sender = ready;
            let request = Request::get("http://test/nowhere").body(()).unwrap();
            let Ok((response, _)) = sender.send_request(request, true) else { continue 'connections };
            let whole = async {
                let (head, mut body) = response.await?.into_parts();
                while let Some(part) = body.data().await {
                    let _ = body.flow_control().release_capacity(part?.len());
                }
                Ok::<_, h2::Error>(head.status)
            };
            match whole.await {
                // There is no such route, and whoever says so serves.
                Ok(status) if status == 404 => drop(answered.fetch_add(1, Ordering::Relaxed)),
                Ok(status) => lost.push(format!("answered with {status}")),
                // GOAWAY without an error: what came after the last stream was not looked at, and is asked again.
                Err(error) if error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR) => {
                    continue 'connections;
                }
                Err(error) => {
                    lost.push(error.to_string());
                    continue 'connections;
                }
            }
        }
    }
    lost
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::task::yield_now().await;
    }
}

fn signal(name: &str, process: u32) {
    let sent = std::process::Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status();
    assert!(sent.unwrap().success());
}

#[tokio::test]
async fn what_lasts_is_told_to_come_again_and_no_request_of_http2_is_lost() {
    let process = Process::start(&[("CONTROL_SOCKET", "off")]);
    let port = process.port;
    let (done, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let load: Vec<_> = (0..2).map(|_| tokio::spawn(asks(port, done.clone(), answered.clone()))).collect();
    let mut serving = process.child.id();
    for number in 1..=UPGRADES {
        let (mut socket, mut stream) = (socket(port).await, stream(port).await);
        let before = answered.load(Ordering::Relaxed);
        until("answers before", || answered.load(Ordering::Relaxed) > before + 20).await;
        signal("USR2", serving);
        let goodbye = loop {
            let said = socket.next().await.expect("closed with a word").expect("closed with a word");
            if let Message::Close(frame) = said {
                break frame.expect("closed with a code");
            }
        };
        assert_eq!((goodbye.code, goodbye.reason.as_str()), (CloseCode::Restart, "the server stops"), "1012");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("the stream is not reset");
        assert!(rest.ends_with(b"\r\n0\r\n\r\n"), "it ends as it should: {:?}", String::from_utf8_lossy(&rest));
        let said = "serves as process ";
        until("the hand-over", || process.log().matches(said).count() == number).await;
        let log = process.log();
        let next = log.rsplit(said).next().and_then(|rest| rest.split(',').next()).unwrap();
        serving = next.parse().unwrap();
        let before = answered.load(Ordering::Relaxed);
        until("answers after", || answered.load(Ordering::Relaxed) > before + 20).await;
        // The next one may be asked once this one has gone.
        until("the end of the drain", || process.log().matches("INFO stopped").count() >= number).await;
    }
    done.store(true, Ordering::Relaxed);
    for client in load {
        assert_eq!(client.await.unwrap(), Vec::<String>::new());
    }
    signal("TERM", serving);
    until("its end", || process.log().matches("INFO stopped").count() > UPGRADES).await;
    assert_eq!(process.ended().0, Some(0));
}
