//! A plain client on one connection: one request, then its answer, as often as asked.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::case::Case;

/// Sends so many requests one after the other; every answer must have the status of the case.
pub(crate) fn ask(port: u16, case: Case, times: usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(Duration::from_secs(60)))).expect("a socket");
    let requests: Vec<String> = case.paths().iter().map(|path| case.request(path)).collect();
    let mut buffer = vec![0; 2 << 20];
    for request in requests.iter().cycle().take(times) {
        stream.write_all(request.as_bytes()).expect("the server reads");
        let answer = answer(&mut stream, &mut buffer);
        let expected = format!("HTTP/1.1 {} ", case.status());
        assert!(answer.starts_with(&expected), "{request}was answered\n{answer}");
    }
}

/// One answer with a `content-length`.
fn answer<'b>(stream: &mut TcpStream, buffer: &'b mut [u8]) -> &'b str {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let Some(end) = buffer[..filled].windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = str::from_utf8(&buffer[..end]).expect("heads are text").to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        let length: usize = length.expect("every answer here says its length");
        if filled >= end + 4 + length {
            return str::from_utf8(&buffer[..filled]).expect("answers are text");
        }
    }
}
