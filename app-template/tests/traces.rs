//! What a request led to, as the system pages tell it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use app::App;
use microcore::testing::{Running, boot, run};
use serde_json::json;

#[test]
fn what_a_request_led_to_is_streamed_and_the_stream_ends_with_the_application() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let mut stream = TcpStream::connect(app.address()).unwrap();
        stream.write_all(b"GET /system/api/stream?topics=deliveries HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut told = BufReader::new(stream).lines().map(Result::unwrap);
        // The first line of the stream: from here on everything is told.
        let mut told = tokio::task::spawn_blocking(move || {
            assert!(told.any(|line| line == ": from here on"));
            told
        })
        .await
        .unwrap();

        app.post("/users", json!({ "name": "Ana", "email": "ana@example.com" })).await;
        let lines = tokio::task::spawn_blocking(move || {
            let delivered = told.find(|line| line.contains("user.created") && line.contains("\"delivered\"")).unwrap();
            (delivered, told)
        });
        let (delivered, mut told) = lines.await.unwrap();
        assert!(delivered.starts_with("data: ") && delivered.contains("mail.welcome_email.send"), "{delivered}");

        let events = app.get("/system/api/events").await.data();
        let created = events.as_array().unwrap().iter().find(|event| event["event"] == "user.created").unwrap();
        assert_eq!(created["publishers"], json!(["users.create_user"]));
        assert_eq!(created["subscribers"][0]["delivered"], 1);

        let started = Instant::now();
        app.stop().await;
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        assert!(!told.any(|line| line.contains("user.created")), "nothing more was told");
    });
}
