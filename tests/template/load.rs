//! Clients that ask one application without a pause, over connections that they keep and over new ones.
//!
//! In: a port. Out: how many answers there were, and what went wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;

/// Under way until it is ended.
pub(crate) struct Load {
    done: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    clients: Vec<thread::JoinHandle<Vec<String>>>,
}

impl Load {
    /// Every client keeps its connection for as long as the server does; of those that do not, every other one opens one
    /// for each request.
    pub(crate) fn start(port: u16, keep: bool) -> Self {
        let (done, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let clients = (0..CLIENTS).map(|number| {
            let (done, answered) = (done.clone(), answered.clone());
            thread::spawn(move || {
                let (mut connection, mut failures) = (None, Vec::new());
                while !done.load(Ordering::Relaxed) {
                    match ask(&mut connection, port) {
                        Ok(()) => drop(answered.fetch_add(1, Ordering::Relaxed)),
                        Err(error) => {
                            failures.push(error.to_string());
                            connection = None;
                        }
                    }
                    if !keep && number % 2 == 0 {
                        connection = None;
                    }
                }
                failures
            })
        });
        let clients = clients.collect();
        Self { done, answered, clients }
    }

    /// Waits for so many more answers.
    pub(crate) fn more(&self, count: usize) {
        let until = self.answered.load(Ordering::Relaxed) + count;
        let begun = Instant::now();
        while self.answered.load(Ordering::Relaxed) < until {
            assert!(begun.elapsed() < Duration::from_secs(120), "no answers any more");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends it; how many answers there were, after it is clear that nothing went wrong.
    pub(crate) fn end(self) -> usize {
        self.done.store(true, Ordering::Relaxed);
        let failures: Vec<String> = self.clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        let answered = self.answered.load(Ordering::Relaxed);
        assert_eq!(failures, Vec::<String>::new(), "of {answered} requests");
        answered
    }
}

/// One connection, used again for as long as the server allows.
pub(crate) fn ask(connection: &mut Option<BufReader<TcpStream>>, port: u16) -> std::io::Result<()> {
    if connection.is_none() {
        *connection = Some(BufReader::new(TcpStream::connect(("127.0.0.1", port))?));
    }
    let stream = connection.as_mut().unwrap();
    stream.get_mut().write_all(b"GET /users HTTP/1.1\r\nhost: test\r\n\r\n")?;
    let (mut length, mut last, mut ok) = (0, false, false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            "HTTP/1.1 200 OK" => ok = true,
            "connection: close" => last = true,
            other => length = other.strip_prefix("content-length: ").map_or(length, |text| text.parse().unwrap()),
        }
    }
    stream.read_exact(&mut vec![0; length])?;
    if last {
        *connection = None;
    }
    if ok { Ok(()) } else { Err(std::io::Error::other("not 200")) }
}
