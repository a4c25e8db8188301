//! A client that sends exactly what a test says, and reads one answer at a time.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No step of a test takes this long unless something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// One answer, as text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// `error.message` of the envelope.
    pub(crate) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), unread: Vec::new() }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// Sends a request without a body.
    pub(crate) async fn ask(&mut self, line: &str) {
        self.send(&format!("{line} HTTP/1.1\r\nhost: test\r\n\r\n")).await;
    }

    /// Sends a JSON body.
    pub(crate) async fn post(&mut self, path: &str, media_type: &str, body: &str) {
        let length = body.len();
        self.send(&format!("POST {path} HTTP/1.1\r\nhost: test\r\n{media_type}content-length: {length}\r\n\r\n{body}"))
            .await;
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        let mut answer = self.answer_to_head().await;
        let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.unread.len() < length {
            assert!(self.read().await > 0, "the connection ended inside a body");
        }
        answer.body = String::from_utf8(self.unread.drain(..length).collect()).unwrap();
        answer
    }

    /// The answer to HEAD: there is no body, whatever its length says.
    pub(crate) async fn answer_to_head(&mut self) -> Answer {
        let end = loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.read().await > 0, "the connection ended before an answer");
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).unwrap();
        Answer { status: head[9..12].parse().unwrap(), head, body: String::new() }
    }

    /// Waits for the server to close the connection.
    pub(crate) async fn ended(&mut self) {
        while self.read().await > 0 {}
        assert_eq!(String::from_utf8_lossy(&self.unread), "");
    }

    /// Says that nothing more will be sent (FIN).
    pub(crate) async fn finish_sending(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// Hangs up rudely (RST).
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }

    /// Sends, unless the server is gone.
    pub(crate) async fn try_send(&mut self, text: &str) {
        let _ = self.stream.write_all(text.as_bytes()).await;
    }

    /// Whether the server ends the connection within this time.
    pub(crate) async fn is_cut_within(&mut self, time: Duration) -> bool {
        timeout(time, self.stream.read_buf(&mut self.unread)).await.is_ok_and(|read| read.unwrap_or(0) == 0)
    }

    /// Sends so many bytes without reading any, as a client does that reads its answer after its request.
    pub(crate) async fn send_much(&mut self, bytes: usize) {
        let piece = vec![b'x'; 64 * 1024];
        let mut left = bytes;
        while left > 0 {
            let part = left.min(piece.len());
            let sent = timeout(PATIENCE, self.stream.write_all(&piece[..part]));
            sent.await.expect("the server takes what comes").expect("the connection stands");
            left -= part;
        }
    }

    /// What comes until this was said, without the frames of a chunked body.
    pub(crate) async fn text_until(&mut self, end: &str) -> String {
        loop {
            let mut text = String::new();
            let mut left = &self.unread[..];
            while let Some(at) = left.windows(2).position(|two| two == b"\r\n") {
                let length = usize::from_str_radix(std::str::from_utf8(&left[..at]).unwrap(), 16).unwrap();
                let Some(chunk) = left.get(at + 2..at + 2 + length) else { break };
                text.push_str(std::str::from_utf8(chunk).unwrap());
                left = left.get(at + 4 + length..).unwrap_or_default();
            }
            if text.contains(end) {
                return text;
            }
            assert!(self.read().await > 0, "the connection ended before {end:?}");
        }
    }

    /// Takes so many bytes of an answer.
    pub(crate) async fn take(&mut self, bytes: usize) {
        while self.unread.len() < bytes {
            assert!(self.read().await > 0, "the connection ended inside a body");
        }
        self.unread.drain(..bytes);
    }

    async fn read(&mut self) -> usize {
        timeout(PATIENCE, self.stream.read_buf(&mut self.unread)).await.expect("the server went silent").unwrap()
    }
}
