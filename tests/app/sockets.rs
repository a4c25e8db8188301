//! Web sockets, over a real socket and with another implementation's client.

use futures_util::{SinkExt, StreamExt};
use microcore::testing::Running;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as WireError, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::App;
use crate::tools::journal::page;
use crate::wires::booted;

type Socket = WebSocketStream<TcpStream>;

async fn try_open(app: &Running<App>, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let mut request = format!("ws://{}{path}", app.address()).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(app.address()).await.unwrap();
    match client_async(request, stream).await {
        Ok((socket, response)) => {
            assert!(response.headers().contains_key("x-request-id"));
            Ok(socket)
        }
        Err(WireError::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

async fn open(app: &Running<App>, path: &str) -> Socket {
    try_open(app, path, &[]).await.expect("the socket opens")
}

async fn say(socket: &mut Socket, text: &str) {
    socket.send(Message::text(json!({ "text": text }).to_string())).await.unwrap();
}

async fn hear(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.expect("there is more").unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// The code and the reason that the server closes with.
async fn closed(socket: &mut Socket) -> (CloseCode, String) {
    loop {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => return (frame.code, frame.reason.to_string()),
            Some(Ok(_)) => {}
            other => panic!("closed without a word: {other:?}"),
        }
    }
}

async fn noted(name: &str, line: &str) {
    while !page(name).iter().any(|noted| noted == line) {
        tokio::task::yield_now().await;
    }
}

#[microcore::test]
async fn messages_are_typed_and_what_they_cause_says_so() {
    let app = booted("chat", &[]).await;
    let mut ana = try_open(&app, "/live/chat/ana", &[("x-request-id", "ana-1")]).await.unwrap();
    let mut bob = open(&app, "/live/chat/bob").await;
    // Both listen once each heard a word of its own.
    say(&mut bob, "here").await;
    assert_eq!(hear(&mut bob).await, json!({"by": "bob", "text": "here"}));
    say(&mut ana, "hello").await;
    assert_eq!(hear(&mut bob).await, json!({"by": "ana", "text": "hello"}));
    noted("chat", "ana said hello because of ana-1").await;
    ana.close(None).await.unwrap();
    noted("chat", "ana left").await;
    app.stop().await;
}

#[microcore::test]
async fn what_is_no_message_is_answered_and_does_not_reach_the_handler() {
    let app = booted("malformed", &[]).await;
    let mut socket = open(&app, "/live/echo").await;
    socket.send(Message::text("{")).await.unwrap();
    let refused = hear(&mut socket).await;
    assert_eq!((&refused["success"], &refused["error"]["code"]), (&json!(false), &json!("bad_request")));
    assert!(refused["error"]["request_id"].is_string());
    say(&mut socket, &"x".repeat(21)).await;
    let refused = hear(&mut socket).await;
    assert_eq!(refused["error"]["fields"][0]["pointer"], "/text");
    say(&mut socket, "still here").await;
    assert_eq!(hear(&mut socket).await, "still here");
    socket.send(Message::binary(vec![1, 2])).await.unwrap();
    assert_eq!(closed(&mut socket).await.0, CloseCode::Unsupported);
    app.stop().await;
}

#[microcore::test]
async fn a_message_over_the_limit_closes_the_socket() {
    let app = booted("too_large", &[("HTTP_MESSAGE_LIMIT", "1KiB")]).await;
    let mut socket = open(&app, "/live/echo").await;
    socket.send(Message::text("x".repeat(1025))).await.unwrap();
    let (code, reason) = closed(&mut socket).await;
    assert_eq!((code, reason.as_str()), (CloseCode::Size, "a message may have at most 1024 bytes"));
    noted("too_large", "echo ended").await;
    app.stop().await;
}

#[microcore::test]
async fn the_end_of_a_handler_is_the_end_of_its_socket_with_the_code_that_fits() {
    let app = booted("codes", &[]).await;
    for (word, code, reason) in [
        ("bye", CloseCode::Normal, ""),
        ("refuse", CloseCode::Policy, "not that word"),
        ("fail", CloseCode::Error, "internal error"),
        ("panic", CloseCode::Error, "internal error"),
    ] {
        let mut socket = open(&app, "/live/echo").await;
        say(&mut socket, "first").await;
        say(&mut socket, word).await;
        assert_eq!(hear(&mut socket).await, "first", "what was sent before the end arrives");
        assert_eq!(closed(&mut socket).await, (code, reason.to_owned()), "{word}");
    }
    app.stop().await;
}

#[microcore::test]
async fn who_may_open_a_socket_is_decided_before_the_handshake() {
    let app = booted("members", &[]).await;
    assert_eq!(try_open(&app, "/live/members", &[]).await.unwrap_err(), 401);
    let made = app.post("/guarded/tokens", json!({"sub": "ana", "roles": ["member"]})).await;
    let bearer = format!("Bearer {}", made.data().as_str().unwrap());
    let mut socket = try_open(&app, "/live/members", &[("authorization", &bearer)]).await.unwrap();
    assert_eq!(hear(&mut socket).await, "ana");
    // A page can set no header, but names of subprotocols.
    let offered = format!("bearer.{}, members", made.data().as_str().unwrap());
    let mut socket = try_open(&app, "/live/members", &[("sec-websocket-protocol", &offered)]).await.unwrap();
    assert_eq!(hear(&mut socket).await, "ana");
    let forged = [("sec-websocket-protocol", "bearer.forged, members")];
    assert_eq!(try_open(&app, "/live/members", &forged).await.unwrap_err(), 401);
    let other = app.post("/guarded/tokens", json!({"sub": "bob", "roles": []})).await;
    let bearer = format!("Bearer {}", other.data().as_str().unwrap());
    assert_eq!(try_open(&app, "/live/members", &[("authorization", &bearer)]).await.unwrap_err(), 403);
    app.stop().await;
}

#[microcore::test]
async fn a_page_of_another_site_opens_no_socket_with_its_users_cookies() {
    let settings =
        [("HTTP_CORS_ORIGINS", "https://friend.example,https://reader.example"), ("HTTP_CORS_CREDENTIALS", "true")];
    for (page, settings, friend) in [("origin", &settings[..], true), ("origin_alone", &settings[..1], false)] {
        let app = booted(page, settings).await;
        let made = app.post("/guarded/tokens", json!({"sub": "ana", "roles": ["member"]})).await;
        let cookie = made.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let own = format!("http://{}", app.address());
        for (origin, opens) in [
            ("https://evil.example", false),
            ("null", false),
            ("https://friend.example.evil.example", false),
            (own.as_str(), true),
            ("https://friend.example", friend),
        ] {
            let opened = try_open(&app, "/live/members", &[("cookie", &cookie), ("origin", origin)]).await;
            assert_eq!(opened.as_ref().err().copied(), (!opens).then_some(403), "{origin} {page}");
        }
        let opened = try_open(&app, "/live/echo", &[("origin", "https://evil.example")]).await;
        assert!(opened.is_ok(), "without cookies it is nobody in particular");
        app.stop().await;
    }
}

#[microcore::test]
async fn a_socket_is_asked_for_with_an_upgrade() {
    let app = booted("upgrade", &[]).await;
    let plain = app.get("/live/echo").await;
    assert_eq!((plain.status.as_u16(), &plain.error()["code"]), (426, &json!("upgrade_required")));
    assert_eq!(plain.headers["upgrade"], "websocket");
    assert_eq!(app.post("/live/echo", json!({})).await.status, 405);
    assert_eq!(try_open(&app, "/live/echo", &[("sec-websocket-version", "8")]).await.unwrap_err(), 426);
    app.stop().await;
}

#[microcore::test]
async fn a_client_that_does_not_answer_a_ping_is_gone() {
    let app = booted("heartbeat", &[("HTTP_HEARTBEAT", "500ms")]).await;
    // Never polled again, so that nothing answers for it.
    let _silent = open(&app, "/live/echo").await;
    let mut polite = open(&app, "/live/chat/polite").await;
    let answering = async { while !matches!(polite.next().await, None | Some(Err(_))) {} };
    tokio::select! {
        () = noted("heartbeat", "echo ended") => {}
        () = answering => panic!("who answers stays"),
    }
    app.stop().await;
}

#[microcore::test]
async fn a_slow_reader_holds_up_its_own_handler_and_is_gone_in_the_end() {
    let app = booted("flood", &[("HTTP_MESSAGE_QUEUE", "2"), ("HTTP_WRITE_TIMEOUT", "200ms")]).await;
    let _reads_nothing = open(&app, "/live/flood").await;
    noted("flood", "flood began").await;
    assert_eq!(app.get("/inputs/lists?exact=true").await.status, 200, "others are served");
    noted("flood", "flood ended").await;
    app.stop().await;
}

#[microcore::test]
async fn a_stop_says_goodbye_to_every_socket() {
    let app = booted("stop_socket", &[]).await;
    let mut socket = open(&app, "/live/echo").await;
    say(&mut socket, "hello").await;
    hear(&mut socket).await;
    let (stopped, said) = tokio::join!(app.stop(), closed(&mut socket));
    let () = stopped;
    assert_eq!(said, (CloseCode::Away, "the server stops".to_owned()));
    assert!(page("stop_socket").iter().any(|line| line == "echo ended"), "the handler heard of it");
}

#[microcore::test]
async fn an_open_socket_is_an_open_connection() {
    let app = booted("seats", &[("HTTP_MAX_CONNECTIONS", "1")]).await;
    let mut socket = open(&app, "/live/echo").await;
    let mut other = Box::pin(app.get("/inputs/lists?exact=true"));
    for _ in 0..50 {
        say(&mut socket, "busy").await;
        tokio::select! {
            biased;
            _ = &mut other => panic!("there is no seat"),
            _ = hear(&mut socket) => {}
        }
    }
    socket.close(None).await.unwrap();
    assert_eq!(other.await.status, 200);
    app.stop().await;
}

#[microcore::test]
async fn a_socket_in_any_language_is_reached_in_every_spelling_of_a_request() {
    let app = booted("socket_accents", &[]).await;
    for path in ["/gespr%C3%A4ch/caf%C3%A9/gr%C3%B6%C3%9Fe", "/gespr%c3%a4ch/caf%c3%a9/gr%c3%b6%c3%9fe"] {
        assert_eq!(hear(&mut open(&app, path).await).await, json!("café"), "{path}");
    }
    assert_eq!(try_open(&app, "/gespra%CC%88ch/x/gr%C3%B6%C3%9Fe", &[]).await.unwrap_err(), 404, "other letters");
    app.stop().await;
}
