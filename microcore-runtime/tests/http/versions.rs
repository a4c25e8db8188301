//! Versions of what is told: a client that has one is not sent it again, and a change is of the version that it names.

use crate::client::{Answer, Client};
use crate::fixture::Server;

async fn ask(client: &mut Client, line: &str, headers: &str) -> Answer {
    client.send(&format!("{line} HTTP/1.1\r\nhost: test\r\n{headers}\r\n")).await;
    if line.starts_with("HEAD") { client.answer_to_head().await } else { client.answer().await }
}

#[tokio::test]
async fn a_client_that_has_the_version_is_not_sent_it_again() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let whole = ask(&mut client, "GET /versioned/7", "").await;
    assert_eq!((whole.status, whole.header("etag")), (200, Some("\"7\"")));
    for (condition, status) in [
        ("\"7\"", 304),
        ("W/\"7\"", 304),
        ("\"6\", \"7\"", 304),
        ("\"6\"\r\nif-none-match: \"7\"", 304),
        ("*", 304),
        ("\"6\"", 200),
        ("7", 200),
    ] {
        for method in ["GET", "HEAD"] {
            let line = format!("{method} /versioned/7");
            let answer = ask(&mut client, &line, &format!("if-none-match: {condition}\r\n")).await;
            assert_eq!((answer.status, answer.header("etag")), (status, Some("\"7\"")), "{method} {condition}");
            assert!(status == 200 || answer.header("content-type").is_none(), "{method} {condition}");
        }
    }
    let weak = ask(&mut client, "GET /weak", "if-none-match: \"7\"\r\n").await;
    assert_eq!((weak.status, weak.header("etag")), (304, Some("W/\"7\"")));
    let by_hand = ask(&mut client, "GET /header/etag", "own: \"7\"\r\nif-none-match: \"7\"\r\n").await;
    assert_eq!(by_hand.status, 304, "a tag that a handler sets is compared, too");
    let failed = ask(&mut client, "GET /failed", "if-none-match: *\r\n").await;
    assert_eq!((failed.status, failed.header("etag")), (404, None));
}

#[tokio::test]
async fn a_read_or_a_change_of_another_version_is_412() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for (condition, status) in
        [("if-match: \"6\"\r\n", 412), ("if-match: W/\"7\"\r\n", 412), ("if-match: \"7\"\r\n", 200)]
    {
        for method in ["GET", "PUT"] {
            let answer = ask(&mut client, &format!("{method} /versioned/7"), condition).await;
            assert_eq!(answer.status, status, "{method} {condition}");
        }
    }
    let changed = ask(&mut client, "PUT /versioned/7", "if-match: \"7\"\r\n").await;
    assert_eq!(changed.header("etag"), Some("\"8\""));
    let there = ask(&mut client, "PUT /versioned/7", "if-none-match: *\r\n").await;
    assert_eq!((there.status, there.json()["error"]["code"].as_str()), (412, Some("precondition_failed")));
    assert_eq!(ask(&mut client, "PUT /versioned/7", "").await.status, 200);
}

#[tokio::test]
async fn a_version_that_came_gzipped_is_that_version() {
    let server = Server::with([("HTTP_COMPRESSION", "true")]).await;
    let mut client = server.client().await;
    client.send("GET /versioned/7 HTTP/1.1\r\nhost: test\r\naccept-encoding: gzip\r\n\r\n").await;
    let zipped = client.answer_to_head().await;
    assert_eq!((zipped.header("content-encoding"), zipped.header("etag")), (Some("gzip"), Some("\"7-gzip\"")));
    let mut client = server.client().await;
    let known = "accept-encoding: gzip\r\nif-none-match: \"7-gzip\"\r\n";
    assert_eq!(ask(&mut client, "GET /versioned/7", known).await.status, 304);
    assert_eq!(ask(&mut client, "PUT /versioned/7", "if-match: \"7-gzip\"\r\n").await.status, 200);
}

#[tokio::test]
async fn a_file_is_saved_under_a_name_in_any_script() {
    let server = Server::start().await;
    let answer = ask(&mut server.client().await, "GET /file", "").await;
    let said = "attachment; filename=\"na_ve.toml\"; filename*=UTF-8''na%C3%AFve.toml";
    assert_eq!((answer.status, answer.header("content-disposition")), (200, Some(said)));
}
