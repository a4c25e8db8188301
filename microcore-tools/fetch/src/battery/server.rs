//! A server of HTTP/1.1 that does what a case says, faults included: it cuts, stalls, and sends too much.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// `GET`.
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// By their names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
    /// When.
    pub at: Instant,
}

/// What the server does about a request.
#[derive(Debug, Clone)]
pub enum Step {
    /// Status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Ends the connection without a word.
    Cut,
    /// Ends it in the middle of the body.
    CutBody,
    /// Says nothing, for as long as the connection is open.
    Stall,
    /// A body without an end, in chunks.
    Endless,
}

impl Step {
    /// An answer without headers of its own.
    pub fn answer(status: u16, body: &str) -> Self {
        Self::Answer(status, Vec::new(), body.to_owned())
    }
}

/// See the module.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// One on a free port of 127.0.0.1. It asks `script` about each request, whose number begins with 0.
    ///
    /// # Panics
    ///
    /// Where there is no free port.
    pub async fn start(script: impl Fn(usize, &Arrived) -> Step + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let (script, noted) = (Arc::new(script), Arc::clone(&arrived));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, noted) = (Arc::clone(&script), Arc::clone(&noted));
                // A client that leaves is no failure of the server.
                tokio::spawn(async move { serve(stream, &noted, &*script).await.unwrap_or_default() });
            }
        });
        Self { address, arrived, accepting }
    }

    /// `http://127.0.0.1:4711` and this.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What has arrived, oldest first.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(
    stream: TcpStream,
    noted: &Mutex<Vec<Arrived>>,
    script: &(impl Fn(usize, &Arrived) -> Step + ?Sized),
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await? {
        let number = {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.push(request.clone());
            noted.len() - 1
        };
        match script(number, &request) {
            Step::Answer(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.extend([name, ": ", &value, "\r\n"]);
                }
                head.push_str("\r\n");
                stream.write_all(head.as_bytes()).await?;
                if request.method != "HEAD" {
                    stream.write_all(body.as_bytes()).await?;
                }
            }
            Step::Cut => return Ok(()),
            Step::CutBody => {
                return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
            }
            Step::Stall => {
                stream.read_u8().await?;
            }
            Step::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
                loop {
                    stream.write_all(format!("1000\r\n{}\r\n", "x".repeat(0x1000)).as_bytes()).await?;
                }
            }
        }
    }
    Ok(())
}

/// The next request of a connection; `None` at its end.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Arrived>> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut headers = HashMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(Arrived { method, target, headers, body, at: Instant::now() }))
}
