//! What a connection without TLS begins with. In: the stream, of which nothing is taken. Out: the protocol.

use std::io::ErrorKind;
use std::mem::MaybeUninit;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How the preface of HTTP/2 begins, by prior knowledge: RFC 9113, 3.3. No method of HTTP/1 does.
const PREFACE: [u8; 4] = *b"PRI ";

/// The protocol that a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoken {
    Http1,
    #[cfg(feature = "http2")]
    Http2,
    /// It began with what may be either, and said no more in time.
    TooSlowly,
}

/// Looks at the first bytes. A client that says nothing within `wait` is told so by the HTTP/1 side, after its own wait.
pub(crate) async fn speaks(stream: &TcpStream, wait: Duration) -> Spoken {
    let wait = if wait.is_zero() { Duration::MAX } else { wait };
    let mut first = [0; PREFACE.len()];
    match timeout(wait, stream.peek(&mut first)).await {
        // Few clients send less at first than they can be told by.
        Ok(Ok(length)) if is_open(&first[..length]) => {
            timeout(wait, Box::pin(goes_on(stream, length))).await.unwrap_or(Spoken::TooSlowly)
        }
        Ok(Ok(length)) => told(&first[..length]),
        // Whoever reads next gets the same error.
        Ok(Err(_)) | Err(_) => Spoken::Http1,
    }
}

/// The same once there is more than the `length` bytes that decide nothing.
async fn goes_on(stream: &TcpStream, mut length: usize) -> Spoken {
    loop {
        // What is there already wakes nobody: a peek that finds no more must say that it would block.
        let more = stream.async_io(Interest::READABLE, || {
            let there = SockRef::from(stream).peek(&mut [MaybeUninit::uninit(); PREFACE.len()])?;
            if there > length { Ok(()) } else { Err(ErrorKind::WouldBlock.into()) }
        });
        let mut first = [0; PREFACE.len()];
        let peeked = match more.await {
            Ok(()) => stream.peek(&mut first).await,
            Err(error) => Err(error),
        };
        // Whoever reads next gets the same error.
        let Ok(there) = peeked else { return Spoken::Http1 };
        if !is_open(&first[..there]) {
            return told(&first[..there]);
        }
        length = there;
    }
}

/// Whether more bytes decide.
fn is_open(first: &[u8]) -> bool {
    !first.is_empty() && first.len() < PREFACE.len() && PREFACE.starts_with(first)
}

/// Without HTTP/2 its preface is a request of HTTP/1 that is refused.
fn told(first: &[u8]) -> Spoken {
    match first {
        #[cfg(feature = "http2")]
        first if first == PREFACE => Spoken::Http2,
        _ => Spoken::Http1,
    }
}
