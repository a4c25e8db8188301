//! Clients that hang up at any moment leave no handler half done.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::wires::booted;

const TIMES: usize = 1000;

/// The next of a row of numbers that is the same in every run.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 40).unwrap()
}

#[microcore::test]
async fn a_thousand_hang_ups_leave_no_row_without_its_event() {
    let app = booted("hang_up", &[]).await;
    let body = json!({ "text": "x".repeat(100) }).to_string();
    let head = format!(
        "POST /rows HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = format!("{head}{body}");
    let mut seed = 7;
    for turn in 0..TIMES {
        let mut socket = TcpStream::connect(app.address()).await.unwrap();
        // One in eight breaks off inside the request, the others at some moment after it.
        let sent = if turn % 8 == 0 { next(&mut seed) % request.len() } else { request.len() };
        socket.write_all(&request.as_bytes()[..sent]).await.unwrap();
        for _ in 0..next(&mut seed) % 40 {
            tokio::task::yield_now().await;
        }
        if turn % 3 == 0 {
            tokio::time::sleep(Duration::from_micros((next(&mut seed) % 400) as u64)).await;
        }
        if turn % 2 == 0 {
            // RST; without it FIN.
            socket.set_zero_linger().unwrap();
        }
    }
    let counts = app.get("/rows/counts").await.data();
    let stored = counts[0].as_i64().unwrap();
    assert!(stored > 500, "most of them began: {counts}");
    // Deliveries are tasks of their own: the last ones may still be under way.
    let mut counts = counts;
    for _ in 0..1000 {
        if counts[1] == 0 && counts[0].as_i64().unwrap() >= stored {
            break;
        }
        counts = app.get("/rows/counts").await.data();
    }
    assert_eq!(counts[1], 0, "rows without their event: {counts}");
    app.stop().await;
}
