//! Boots the whole application on a free port and speaks HTTP to it, as a client would.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use app::App;
use microcore::testing::{Running, boot, run};
use serde_json::json;

#[test]
fn a_user_lives_from_registration_to_deletion() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let ana = json!({ "name": "Ana", "email": "ana@example.com" });

        let made = app.post("/users", ana.clone()).await;
        assert_eq!(made.status, 201);
        assert_eq!(made.data(), json!({ "id": 1 }));

        let shown = app.get("/users/1").await;
        assert_eq!(shown.data(), json!({ "id": 1, "name": "Ana", "email": "ana@example.com" }));

        let again = app.post("/users", ana).await;
        assert_eq!((again.status.as_u16(), again.error()["code"].as_str()), (409, Some("conflict")));

        assert_eq!(app.patch("/users/1", json!({ "name": "Anna" })).await.status, 204);
        assert_eq!(app.get("/users").await.data()[0]["name"], "Anna");

        assert_eq!(app.delete("/users/1").await.status, 204);
        assert_eq!(app.get("/users/1").await.status, 404);
        app.stop().await;
    });
}

#[test]
fn wrong_input_is_named_field_by_field() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();

        let invalid = app.post("/users", json!({ "name": "" })).await;
        assert_eq!(invalid.status, 422);
        let fields: Vec<String> =
            invalid.error()["fields"].as_array().unwrap().iter().map(|field| field["field"].to_string()).collect();
        assert_eq!(fields, ["\"name\"", "\"email\""]);

        let malformed = app.get("/users/abc").await;
        assert_eq!((malformed.status.as_u16(), malformed.error()["fields"][0]["field"].as_str()), (400, Some("id")));

        let method = app.put("/users", json!({})).await;
        assert_eq!(
            (method.status.as_u16(), method.headers["allow"].to_str().unwrap()),
            (405, "GET, HEAD, OPTIONS, POST")
        );
        app.stop().await;
    });
}

#[test]
fn lives_and_is_ready() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        assert_eq!(app.get("/health").await.status, 200);
        assert_eq!(app.get("/ready").await.status, 200);
        app.stop().await;
    });
}

#[test]
fn what_a_request_led_to_is_streamed_and_the_stream_ends_with_the_application() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let mut stream = TcpStream::connect(app.address()).unwrap();
        stream.write_all(b"GET /system/traces/stream HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
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

        let events = app.get("/system/events").await.data();
        let created = events.as_array().unwrap().iter().find(|event| event["event"] == "user.created").unwrap();
        assert_eq!(created["publishers"], json!(["users.create_user"]));
        assert_eq!(created["subscribers"][0]["delivered"], 1);

        let started = Instant::now();
        app.stop().await;
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        assert!(!told.any(|line| line.contains("user.created")), "nothing more was told");
    });
}
