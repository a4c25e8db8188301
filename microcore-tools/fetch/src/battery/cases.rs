//! The cases themselves.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::Method;
use microcore::error::Error;
use serde_json::{Value, json};

use super::super::{Answer, Backend, Call, FetchError};
use super::{Bench, Server, Step, open};

/// No case takes so long.
const LONG: Duration = Duration::from_secs(30);

async fn ok<B: Backend>(call: Call<B>) -> Answer {
    call.send().await.unwrap_or_else(|error| panic!("{error:?}"))
}

/// A case.
pub async fn sends_what_it_is_told_and_gives_back_what_comes<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[]).await;
    let headers = || vec![("x-rate", "ü".to_owned()), ("content-type", "application/json".to_owned())];
    let server = Server::start(move |_, _| Step::Answer(201, headers(), r#"{"id":7}"#.to_owned())).await;
    let call = fetch.post(&server.url("/a%20b?x=1")).query("base", "e&r ü").query("n", 5).header("x-a", "b");
    let answer = ok(call.bearer("s3cr3t").with_json(&json!({"name": "Zoë"}))).await;
    assert_eq!((answer.status.as_u16(), answer.text().ok()), (201, Some(r#"{"id":7}"#.to_owned())));
    assert_eq!(answer.headers["x-rate"].as_bytes(), "ü".as_bytes());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.service, format!("127.0.0.1:{}", server.port()));
    let arrived = &server.arrived()[0];
    assert_eq!((arrived.method.as_str(), arrived.target.as_str()), ("POST", "/a%20b?x=1&base=e%26r+%C3%BC&n=5"));
    assert_eq!(arrived.body, r#"{"name":"Zoë"}"#);
    let header = |name: &str| arrived.headers.get(name).map(String::as_str);
    assert_eq!((header("x-a"), header("authorization")), (Some("b"), Some("Bearer s3cr3t")));
    assert_eq!((header("content-type"), header("referer")), (Some("application/json"), None));
    assert_eq!(fetch.get(&server.url("/")).json::<Value>().await.ok(), Some(json!({"id": 7})));
    ok(fetch.put(&server.url("/")).with_form(&[("a b", "c&d"), ("ä", "")])).await;
    assert_eq!(server.arrived()[2].body, "a+b=c%26d&%C3%A4=");
    for method in [Method::HEAD, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        ok(fetch.call(method.clone(), &server.url("/"))).await;
        assert_eq!(server.arrived().last().map(|arrived| arrived.method.clone()), Some(method.to_string()));
    }
}

/// A case.
pub async fn any_status_is_an_answer_and_only_success_has_a_value<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_RETRIES", "0"), ("FETCH_PAUSE_AFTER", "0")]).await;
    let server = Server::start(|_, request| {
        let status = request.target.trim_start_matches('/').parse().unwrap_or(200);
        Step::answer(status, if status == 200 { "no json" } else { r#"{"error":"why"}"# })
    })
    .await;
    for (status, is_permanent, public) in
        [(400, true, 500), (404, true, 500), (300, true, 500), (429, false, 503), (408, false, 503), (500, false, 503)]
    {
        let call = || fetch.get(&server.url(&format!("/{status}")));
        assert_eq!(ok(call()).await.status.as_u16(), status);
        let error: Error = call().json::<Value>().await.expect_err("it is no success").into();
        assert_eq!((error.is_permanent(), error.status()), (is_permanent, public), "{status}: {error}");
        assert!(error.to_string().contains(&format!("answered {status}")), "{error}");
        assert!(error.to_string().contains("why"), "the log says what the other said: {error}");
    }
    let unreadable = fetch.get(&server.url("/200")).json::<Value>().await;
    assert!(matches!(unreadable, Err(FetchError::Unreadable { .. })), "{unreadable:?}");
    assert_eq!(fetch.get(&server.url("/200")).text().await.ok().as_deref(), Some("no json"));
}

/// A case.
pub async fn what_may_arrive_twice_is_repeated_and_nothing_else<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_RETRIES", "2"), ("FETCH_PAUSE_AFTER", "0"), ("FETCH_DEADLINE", "30s")]).await;
    let flaky = || Server::start(|number, _| Step::answer(if number < 2 { 503 } else { 200 }, "x"));
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let server = flaky().await;
        let answer = ok(fetch.call(method, &server.url("/")).body("text/plain", "again")).await;
        assert_eq!((answer.status.as_u16(), server.arrived().len()), (200, 3));
        assert!(server.arrived().iter().all(|arrived| arrived.body == "again"));
    }
    for method in [Method::POST, Method::PATCH] {
        let server = flaky().await;
        let answer = ok(fetch.call(method, &server.url("/"))).await;
        assert_eq!((answer.status.as_u16(), server.arrived().len()), (503, 1));
    }
    let server = flaky().await;
    assert_eq!(ok(fetch.post(&server.url("/")).repeatable()).await.status.as_u16(), 200);
    let server = flaky().await;
    assert_eq!(ok(fetch.get(&server.url("/")).retries(1)).await.status.as_u16(), 503, "one is not enough");
    assert_eq!(server.arrived().len(), 2);
    let server = Server::start(|_, _| Step::answer(500, "x")).await;
    ok(fetch.get(&server.url("/"))).await;
    assert_eq!(server.arrived().len(), 1, "500 says nothing of another time");
}

/// A case.
pub async fn the_other_says_when_to_come_again<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_RETRIES", "2"), ("FETCH_DEADLINE", "30s")]).await;
    let after = |seconds: &'static str| {
        Server::start(move |number, _| match number {
            0 => Step::Answer(429, vec![("retry-after", seconds.to_owned())], "slowly".to_owned()),
            _ => Step::answer(200, "x"),
        })
    };
    let server = after("1").await;
    assert_eq!(ok(fetch.get(&server.url("/"))).await.status.as_u16(), 200);
    let arrived = server.arrived();
    assert!(arrived[1].at.duration_since(arrived[0].at) >= Duration::from_secs(1), "too early");
    let server = after("3600").await;
    let begun = Instant::now();
    assert_eq!(ok(fetch.get(&server.url("/"))).await.status.as_u16(), 429, "nobody waits for that");
    assert!(begun.elapsed() < LONG && server.arrived().len() == 1);
}

/// A case.
pub async fn a_connection_that_breaks_is_tried_again<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_RETRIES", "2"), ("FETCH_PAUSE_AFTER", "0"), ("FETCH_DEADLINE", "30s")]).await;
    let flaky =
        |fault: Step| Server::start(move |number, _| if number < 2 { fault.clone() } else { Step::answer(200, "x") });
    for fault in [Step::Cut, Step::CutBody] {
        let server = flaky(fault.clone()).await;
        assert_eq!(ok(fetch.get(&server.url("/"))).await.status.as_u16(), 200);
        assert_eq!(server.arrived().len(), 3);
        let server = flaky(fault).await;
        let failed = fetch.post(&server.url("/")).send().await;
        assert!(matches!(failed, Err(FetchError::Unavailable { .. })), "{failed:?}");
        assert_eq!(server.arrived().len(), 1, "who knows what became of the first");
    }
    let nobody = Server::start(|_, _| Step::Cut).await.url("/");
    let failed = fetch.post(&nobody).send().await.expect_err("nobody listens");
    assert!(matches!(failed, FetchError::Unavailable { .. }), "{failed:?}");
    assert_eq!(Error::from(failed).status(), 503);
}

/// A case.
pub async fn the_deadline_ends_a_call<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_DEADLINE", "200ms"), ("FETCH_PAUSE_AFTER", "0")]).await;
    let server = Server::start(|_, _| Step::Stall).await;
    let begun = Instant::now();
    let failed = fetch.get(&server.url("/")).send().await;
    assert!(matches!(failed, Err(FetchError::Unavailable { .. })), "{failed:?}");
    let failed = fetch.get(&server.url("/")).deadline(Duration::from_millis(1)).send().await;
    assert!(matches!(failed, Err(FetchError::Unavailable { .. })), "{failed:?}");
    assert!(begun.elapsed() < LONG);
    let slow = open(&bench, &[("FETCH_DEADLINE", "1h"), ("FETCH_DEADLINES", "other=1h, 127.0.0.1=50ms")]).await;
    assert!(slow.get(&server.url("/")).send().await.is_err());
    assert!(begun.elapsed() < LONG);
}

/// A case.
pub async fn a_host_that_keeps_failing_is_left_in_peace<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let settings = [("FETCH_RETRIES", "0"), ("FETCH_PAUSE_AFTER", "3"), ("FETCH_PAUSE", "300ms")];
    let fetch = open(&bench, &settings).await;
    let server = Server::start(|number, _| Step::answer(if number < 4 { 500 } else { 200 }, "x")).await;
    let other = Server::start(|_, _| Step::answer(200, "x")).await;
    for _ in 0..3 {
        ok(fetch.get(&server.url("/"))).await;
    }
    let refused = fetch.get(&server.url("/other/path")).send().await;
    assert!(matches!(refused, Err(FetchError::Paused { .. })), "{refused:?}");
    assert_eq!(Error::from(refused.expect_err("it is")).status(), 503);
    ok(fetch.get(&other.url("/"))).await;
    assert_eq!(server.arrived().len(), 3);
    let deadline = Instant::now() + LONG;
    let mut statuses = Vec::new();
    // The fourth finds out and fails, the fifth after a longer pause does not.
    while statuses.last() != Some(&200) {
        assert!(Instant::now() < deadline, "it is never called again");
        match fetch.get(&server.url("/")).send().await {
            Ok(answer) => statuses.push(answer.status.as_u16()),
            Err(error) => assert!(matches!(error, FetchError::Paused { .. }), "{error:?}"),
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(statuses, [500, 200]);
    let arrived = server.arrived();
    assert!(arrived[3].at.duration_since(arrived[2].at) >= Duration::from_millis(300));
    assert!(arrived[4].at.duration_since(arrived[3].at) >= Duration::from_millis(600), "longer than the first time");
}

/// A case.
pub async fn an_answer_has_a_limit<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_LIMIT", "10KiB"), ("FETCH_DEADLINE", "30s")]).await;
    let server = Server::start(|_, request| match request.target.as_str() {
        "/endless" => Step::Endless,
        "/long" => Step::answer(200, &"x".repeat(10 * 1024 + 1)),
        _ => Step::answer(200, &"x".repeat(10 * 1024)),
    })
    .await;
    assert_eq!(ok(fetch.get(&server.url("/"))).await.body.len(), 10 * 1024);
    for target in ["/long", "/endless"] {
        let refused = fetch.get(&server.url(target)).send().await;
        assert!(matches!(refused, Err(FetchError::TooLarge { .. })), "{refused:?}");
    }
    assert_eq!(server.arrived().len(), 3, "a repetition would be as long");
}

/// A case.
pub async fn an_answer_is_read_as_it_comes<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let settings = [("FETCH_RETRIES", "2"), ("FETCH_PAUSE_AFTER", "0"), ("FETCH_LIMIT", "1KiB")];
    let fetch = open(&bench, &settings).await;
    let server = Server::start(|number, request| match (request.target.as_str(), number) {
        ("/endless", 0) => Step::answer(503, "not yet"),
        ("/endless", _) => Step::Endless,
        ("/cut", _) => Step::CutBody,
        _ => Step::answer(404, "nothing"),
    })
    .await;
    let mut body = fetch.get(&server.url("/endless")).stream().await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!((body.status.as_u16(), server.arrived().len()), (200, 2), "it is repeated as any other");
    let mut read = 0;
    while read < 100_000 {
        let chunk = body.next().await.expect("it has no end").unwrap_or_else(|error| panic!("{error:?}"));
        read += chunk.len();
    }
    // Whoever has enough leaves.
    drop(body);
    let mut body = fetch.get(&server.url("/cut")).stream().await.unwrap_or_else(|error| panic!("{error:?}"));
    let mut last = None;
    while let Some(chunk) = body.next().await {
        last = Some(chunk);
    }
    assert!(matches!(last, Some(Err(FetchError::Unavailable { .. }))), "half a body is told: {last:?}");
    let none = fetch.get(&server.url("/none")).stream().await.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(matches!(none.success(), Err(FetchError::Rejected { status: 404, .. })));
}

/// A case.
pub async fn redirections_are_followed_without_the_token<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_RETRIES", "0")]).await;
    let end = Server::start(|_, _| Step::answer(200, "end")).await;
    // Another name is another host.
    let target = format!("http://localhost:{}/end", end.port());
    let server = Server::start(move |_, request| match request.target.as_str() {
        "/loop" => Step::Answer(302, vec![("location", "/loop".to_owned())], String::new()),
        _ => Step::Answer(302, vec![("location", target.clone())], String::new()),
    })
    .await;
    let text = fetch.get(&server.url("/")).bearer("s3cr3t").text().await;
    assert_eq!(text.unwrap_or_else(|error| panic!("{error:?}")), "end");
    assert!(server.arrived()[0].headers.contains_key("authorization"));
    assert!(!end.arrived()[0].headers.contains_key("authorization"), "the token went to a stranger");
    let failed = fetch.get(&server.url("/loop")).send().await;
    assert!(matches!(failed, Err(FetchError::Invalid(_))), "{failed:?}");
    assert!(server.arrived().len() < 10);
}

/// A case.
pub async fn an_untrusted_address_must_be_public<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[]).await;
    let server = Server::start(|_, _| Step::answer(200, "inside")).await;
    let port = server.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "0x7f.0.0.1",
        "127.1",
        "0",
        "0.0.0.0",
        "[::]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
        "user:password@127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
    ] {
        let refused = fetch.untrusted(&format!("http://{host}:{port}/")).send().await;
        assert!(matches!(refused, Err(FetchError::Forbidden(_))), "{host}: {refused:?}");
    }
    assert!(server.arrived().is_empty(), "somebody came in");
    assert_eq!(ok(fetch.get(&server.url("/"))).await.status.as_u16(), 200, "a trusted one may");
    let refused = fetch.post(&server.url("/")).untrusted().send().await;
    assert!(matches!(refused, Err(FetchError::Forbidden(_))), "{refused:?}");
    assert!(Error::from(refused.expect_err("it is")).is_permanent());
}

/// A case.
pub async fn an_untrusted_redirection_must_be_public_too<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[("FETCH_UNTRUSTED", "127.0.0.1")]).await;
    let server = Server::start(|_, request| match request.target.strip_prefix("/to/") {
        Some(target) => Step::Answer(302, vec![("location", target.to_owned())], String::new()),
        None => Step::answer(200, "end"),
    })
    .await;
    let port = server.port();
    let to = |target: String| fetch.untrusted(&server.url(&format!("/to/{target}")));
    assert_eq!(ok(to("/end".to_owned())).await.text().ok().as_deref(), Some("end"));
    assert_eq!(ok(to(format!("http://localhost:{port}/end"))).await.status.as_u16(), 200, "127.0.0.1 is let through");
    let before = server.arrived().len();
    for target in [format!("http://127.0.0.2:{port}/"), format!("http://[::1]:{port}/"), "http://10.0.0.1/".to_owned()]
    {
        let refused = to(target.clone()).send().await;
        assert!(matches!(refused, Err(FetchError::Forbidden(_))), "{target}: {refused:?}");
    }
    assert_eq!(server.arrived().len(), before + 3, "each came to the first address only");
}

/// A case.
pub async fn what_is_no_call_is_refused<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let fetch = open(&bench, &[]).await;
    let server = Server::start(|_, _| Step::answer(200, "x")).await;
    for url in
        ["", "/rates", "example.com", "ftp://example.com", "file:///etc/passwd", "http://", "https://exa mple.com"]
    {
        let refused = fetch.get(url).header("x-a", "b").send().await;
        assert!(matches!(refused, Err(FetchError::Invalid(_))), "{url}: {refused:?}");
    }
    let call = || fetch.get(&server.url("/"));
    for call in [call().header("x a", "b"), call().header("x-a", "b\r\nx: y"), call().bearer("a\nb")] {
        let refused = call.send().await;
        assert!(matches!(refused, Err(FetchError::Invalid(_))), "{refused:?}");
    }
    assert!(server.arrived().is_empty());
}
