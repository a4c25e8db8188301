//! What a plain client reads.

use std::io::Read;
use std::net::TcpStream;

/// One answer with a `content-length`.
pub(crate) fn answer<'b>(stream: &mut TcpStream, buffer: &'b mut [u8]) -> &'b str {
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
