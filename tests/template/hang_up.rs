//! Clients that hang up while a user is made leave no user without its event.

use app::App;
use microcore::testing::{Running, boot, run};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const TIMES: usize = 1000;

/// The next of a row of numbers that is the same in every run.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 40).unwrap()
}

/// How many users there are.
async fn users(app: &Running<App>) -> usize {
    let mut known = 0;
    loop {
        let page = app.get(&format!("/users?limit=100&offset={known}")).await.data();
        match page.as_array().unwrap().len() {
            0 => return known,
            more => known += more,
        }
    }
}

/// Of how many users the mail's subscriber has heard.
async fn heard(app: &Running<App>) -> usize {
    let events = app.get("/system/api/events").await.data();
    let created = events.as_array().unwrap().iter().find(|event| event["event"] == "user.created").unwrap();
    usize::try_from(created["subscribers"][0]["delivered"].as_u64().unwrap()).unwrap()
}

#[test]
fn a_thousand_hang_ups_leave_no_user_without_its_event() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let mut seed = 7;
        for turn in 0..TIMES {
            let body = json!({ "name": "Ana", "email": format!("ana{turn}@example.com") }).to_string();
            let head = "POST /users HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length:";
            let request = format!("{head} {}\r\n\r\n{body}", body.len());
            let mut socket = TcpStream::connect(app.address()).await.unwrap();
            // One in eight breaks off inside the request, the others at some moment after it.
            let sent = if turn % 8 == 0 { next(&mut seed) % request.len() } else { request.len() };
            socket.write_all(&request.as_bytes()[..sent]).await.unwrap();
            for _ in 0..next(&mut seed) % 60 {
                tokio::task::yield_now().await;
            }
            if turn % 2 == 0 {
                // RST; without it FIN.
                socket.set_zero_linger().unwrap();
            }
        }
        let (mut made, mut told) = (users(&app).await, heard(&app).await);
        assert!(made > 500, "most of them began: {made}");
        // The last handlers and deliveries may still be under way.
        for _ in 0..1000 {
            if told == made {
                break;
            }
            (made, told) = (users(&app).await, heard(&app).await);
        }
        assert_eq!(told, made, "users whose event was heard, and users");
        app.stop().await;
    });
}
