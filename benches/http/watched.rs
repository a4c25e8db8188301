//! What four pages of the dashboard cost: the same load with nobody looking and with four streams open, each of which has
//! all that a page asks for. Rounds take turns.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use crate::case::Case;
use crate::contestant::{Running, Who};
use crate::support::wrk::Round;
use crate::{load, median};

const PAGES: usize = 4;
const STREAM: &str =
    "GET /system/api/stream?topics=requests,logs,errors,meters,status HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A page that is open until this is dropped.
struct Page(TcpStream);

impl Page {
    fn open(server: &Running) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("the server listens");
        stream.write_all(STREAM.as_bytes()).expect("it reads");
        let mut reading = stream.try_clone().expect("a socket can be shared");
        let mut begun = [0; 4096];
        let read = reading.read(&mut begun).expect("it answers");
        assert!(begun[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&begun[..read]));
        thread::spawn(move || while reading.read(&mut begun).is_ok_and(|read| read > 0) {});
        Self(stream)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Its reader ends with it.
        let _ = self.0.shutdown(std::net::Shutdown::Both);
    }
}

pub(crate) fn measure(seconds: u32, rounds: u32) {
    let contestant = Who::Default.build(10);
    println!("\n| four pages of the dashboard | requests/s, nobody looks | requests/s, four look | ratio | p99, ms |");
    println!("|---|--:|--:|--:|--:|");
    for case in [Case::Plaintext, Case::Json] {
        let server = contestant.start(&["taskset", "-c", "0"]);
        load::round(&server, case, 1);
        let pairs: Vec<[Round; 2]> = (0..rounds)
            .map(|_| {
                let alone = load::round(&server, case, seconds);
                let pages: Vec<Page> = (0..PAGES).map(|_| Page::open(&server)).collect();
                let watched = load::round(&server, case, seconds);
                drop(pages);
                [alone, watched]
            })
            .collect();
        println!(
            "| {} | {:.0} | {:.0} | {:.3} | {:.2} → {:.2} |",
            case.name(),
            median(pairs.iter().map(|[alone, _]| alone.rate)),
            median(pairs.iter().map(|[_, watched]| watched.rate)),
            median(pairs.iter().map(|[alone, watched]| watched.rate / alone.rate)),
            median(pairs.iter().map(|[alone, _]| alone.p99)),
            median(pairs.iter().map(|[_, watched]| watched.p99)),
        );
    }
}
