//! How a connection begins: which protocol it speaks is told by its first four bytes, however they come.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::PATIENCE;
use crate::fixture::Server;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// An empty frame of settings: RFC 9113, 6.5.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// A connection that has sent these pieces, each after the one before it was seen.
async fn connection(server: &Server, pieces: &[&[u8]]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in pieces {
        stream.write_all(piece).await.unwrap();
        server.turn().await;
    }
    stream
}

async fn first_bytes<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut first = [0; N];
    timeout(PATIENCE, stream.read_exact(&mut first)).await.expect("the server answers").unwrap();
    first
}

#[tokio::test]
async fn a_preface_in_pieces_is_one() {
    let server = Server::start().await;
    for cut in 1..=4 {
        let (first, rest) = PREFACE.split_at(cut);
        let mut stream = connection(&server, &[first, rest, &SETTINGS]).await;
        let [_, _, _, kind, ..] = first_bytes::<9>(&mut stream).await;
        assert_eq!(kind, 4, "cut at {cut}: settings are answered with settings");
    }
    let bytes: Vec<&[u8]> = PREFACE.chunks(1).chain([&SETTINGS[..]]).collect();
    let mut stream = connection(&server, &bytes).await;
    let [_, _, _, kind, ..] = first_bytes::<9>(&mut stream).await;
    assert_eq!(kind, 4, "byte by byte");
}

#[tokio::test]
async fn a_method_that_begins_as_the_preface_does_is_http1() {
    let server = Server::start().await;
    for pieces in [["P", "OST /strict"], ["PR", "OPFIND /strict"], ["P", "RINT /strict"], ["G", "ET /strict"]] {
        let pieces = [pieces[0].as_bytes(), pieces[1].as_bytes(), b" HTTP/1.1\r\nhost: test\r\n\r\n"];
        let mut stream = connection(&server, &pieces).await;
        assert_eq!(first_bytes::<12>(&mut stream).await, *b"HTTP/1.1 401", "{:?}", pieces[0]);
    }
}

#[tokio::test]
async fn who_begins_and_says_no_more_is_cut_with_the_time_of_a_head() {
    let server = Server::with([("HTTP_HEADER_TIMEOUT", "100ms"), ("HTTP_IDLE_TIMEOUT", "1h")]).await;
    for first in ["P", "PR", "PRI", "G"] {
        let mut client = server.client().await;
        client.send(first).await;
        assert!(client.is_cut_within(Duration::from_secs(8)).await, "{first}");
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_the_rest_of_a_preface() {
    let server = Server::start().await;
    let _silent = connection(&server, &[b"PR"]).await;
    server.handle.stop();
    assert_eq!(server.drained().await.cut, 0);
}
