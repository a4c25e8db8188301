//! A plain client on one connection: one request, then its answer, as often as asked.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use crate::case::Case;
use crate::support::client::answer;

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
