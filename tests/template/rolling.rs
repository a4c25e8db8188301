//! A rolling restart under load: a new process begins to listen on the same port, then the old one is asked to stop.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::program::program;

/// A process of the template.
struct Served(Child);

impl Served {
    /// Starts it, and waits until it says that it serves.
    fn start(port: u16, folder: &Path) -> Self {
        let mut command = Command::new(program(""));
        command.current_dir(folder).env("HTTP_PORT", port.to_string()).env("HTTP_REUSE_PORT", "true");
        command.env("RUST_LOG", "info").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let tell = tell.clone();
            // Read to the end: a process whose output nobody takes stands still.
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if line.contains(" serves http://") {
                        let _ = tell.send(());
                    }
                }
            });
        }
        told.recv_timeout(Duration::from_secs(60)).expect("the process serves");
        Self(child)
    }

    /// SIGTERM, as a supervisor sends it; waits for the end.
    fn stop(mut self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.0.id().to_string()).status().unwrap();
        assert!(asked.success());
        assert!(self.0.wait().unwrap().success(), "it stops of its own accord");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// One connection, used again for as long as the server allows.
fn ask(connection: &mut Option<BufReader<TcpStream>>, port: u16) -> std::io::Result<()> {
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

#[test]
fn a_rolling_restart_under_load_loses_no_request() {
    let folder = std::env::temp_dir().join(format!("app-rolling-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // Bound and let go: nobody else takes it in the meantime.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut running = Served::start(port, &folder);
    let (done, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..8)
        .map(|_| {
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
                }
                failures
            })
        })
        .collect();
    let more = |count: usize| {
        let until = answered.load(Ordering::Relaxed) + count;
        while answered.load(Ordering::Relaxed) < until {
            thread::yield_now();
        }
    };
    for _ in 0..3 {
        more(300);
        let next = Served::start(port, &folder);
        more(300);
        std::mem::replace(&mut running, next).stop();
    }
    more(300);
    done.store(true, Ordering::Relaxed);
    let failures: Vec<String> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    assert_eq!(failures, Vec::<String>::new(), "of {} requests", answered.load(Ordering::Relaxed));
    running.stop();
    std::fs::remove_dir_all(&folder).unwrap();
}
