//! Files that are sent to nobody are not read: what a server has read of one is the position of its open file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Request;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

use crate::client::PATIENCE;
use crate::fixture::Server;

/// More than any machine reads within a test.
const LENGTH: u64 = 1 << 40;

/// Read ahead of a client that takes 64 KiB: what the system keeps for either side, and some parts.
const AHEAD: u64 = 32 << 20;

/// A file without blocks in a folder of its own, and a twin of it that is said to be compressed.
fn sparse() -> (TempDir, PathBuf) {
    let place = TempDir::new().unwrap();
    for name in ["large.txt", "large.css", "large.css.gz"] {
        File::create(place.path().join(name)).unwrap().set_len(LENGTH).unwrap();
    }
    let folder = place.path().canonicalize().unwrap();
    (place, folder)
}

/// How far this process has read the file; `None` where it is not open.
fn position(file: &Path) -> Option<u64> {
    let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let number = open.into_iter().find(|entry| fs::read_link(entry.path()).is_ok_and(|link| link == file))?;
    let told = fs::read_to_string(Path::new("/proc/self/fdinfo").join(number.file_name())).ok()?;
    told.lines().find_map(|line| line.strip_prefix("pos:")?.trim().parse().ok())
}

/// Waits until the file is closed; how far it was read.
async fn closed(file: &Path) -> u64 {
    let mut read = 0;
    let mut looks = interval(Duration::from_millis(1));
    let closing = async {
        while let Some(position) = position(file) {
            read = read.max(position);
            looks.tick().await;
        }
    };
    timeout(PATIENCE, closing).await.expect("a file that is sent to nobody is closed");
    read
}

#[tokio::test]
async fn a_reset_ends_the_reading_of_a_file() {
    let (_place, folder) = sparse();
    let server =
        Server::with([("HTTP_STATIC", &format!("/={}", folder.display())), ("HTTP_COMPRESSION", "true")]).await;
    for (path, file, headers) in [
        ("/large.txt", "large.txt", ""),
        ("/large.txt", "large.txt", "range: bytes=1000-\r\n"),
        ("/large.css", "large.css.gz", "accept-encoding: gzip\r\n"),
    ] {
        let file = folder.join(file);
        let mut client = server.client().await;
        client.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n{headers}\r\n")).await;
        assert!(client.answer_to_head().await.status < 300);
        client.take(64 * 1024).await;
        assert!(position(&file).is_some(), "it is being sent");
        client.reset();
        let read = closed(&file).await;
        assert!(read < AHEAD, "{path}: {read} bytes were read");
    }
}

#[tokio::test]
async fn a_client_that_stalls_ends_the_reading_of_a_file() {
    let (_place, folder) = sparse();
    let folder_setting = format!("/={}", folder.display());
    let server = Server::with([("HTTP_STATIC", &folder_setting), ("HTTP_WRITE_TIMEOUT", "100ms")]).await;
    let mut client = server.client().await;
    client.ask("GET /large.txt").await;
    client.answer_to_head().await;
    let read = closed(&folder.join("large.txt")).await;
    assert!(read < AHEAD, "{read} bytes were read");
}

#[tokio::test]
async fn over_http2_a_reset_stream_and_a_lost_connection_end_the_reading_of_a_file() {
    let (_place, folder) = sparse();
    let file = folder.join("large.txt");
    let server = Server::with([("HTTP_STATIC", &format!("/={}", folder.display()))]).await;
    for loses_connection in [false, true] {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        let connection = tokio::spawn(connection);
        let request = Request::get("http://test/large.txt").body(()).unwrap();
        let (answer, mut sent) = client.clone().ready().await.unwrap().send_request(request, true).unwrap();
        let mut content = answer.await.unwrap().into_body();
        let chunk = content.data().await.unwrap().unwrap();
        content.flow_control().release_capacity(chunk.len()).unwrap();
        assert!(position(&file).is_some(), "it is being sent");
        if loses_connection {
            connection.abort();
        } else {
            sent.send_reset(h2::Reason::CANCEL);
        }
        let read = closed(&file).await;
        assert!(read < AHEAD, "{read} bytes were read");
    }
}
