//! How somebody comes in with a token, and how often others may try.

use std::net::SocketAddr;

use http::StatusCode;
use http_body_util::BodyExt as _;

use super::rows::{Row, TOKENED, UNTOKENED};
use super::*;

#[tokio::test]
async fn a_form_brings_a_browser_in_and_only_with_the_token() {
    let open: SocketAddr = "0.0.0.0:80".parse().unwrap();
    let system = system(&[("SYSTEM_TOKEN", TOKEN)], Place::Public(Some(open.ip()))).unwrap();
    let id = Id::make();
    let client: IpAddr = "203.0.113.9".parse().unwrap();
    let visitor = Visitor { peer: client, client, id: &id };
    let row = |headers| Row { headers, ..UNTOKENED };
    let browser = row(&[("host", "a.example"), ("accept", "text/html,*/*")]);
    for path in ["/system", "/system/", "/system/sign-in"] {
        let form = system.answer(&head(&browser, Method::GET, path), visitor).await.unwrap();
        assert_eq!(form.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(form.headers()["cache-control"], "no-store");
        let page = form.into_body().collect().await.unwrap().to_bytes();
        assert!(page.windows(12).any(|part| part == b"SYSTEM_TOKEN"), "{path}");
    }
    for (accept, is_browser) in
        [("TEXT/HTML", true), ("*/*, Text/Html ;q=0.9", true), ("text/html5", false), ("application/json", false)]
    {
        let headers: &'static [(&str, &str)] = Box::leak(Box::new([("host", "a.example"), ("accept", accept)]));
        let answer = system.answer(&head(&row(headers), Method::GET, "/system/"), visitor).await;
        assert_eq!(answer.is_some(), is_browser, "{accept}");
    }
    assert!(system.answer(&head(&browser, Method::GET, "/system/api/events"), visitor).await.is_none());
    assert!(system.answer(&head(&UNTOKENED, Method::GET, "/system/x"), visitor).await.is_none());

    let sent = head(&row(&[("host", "a.example"), ("origin", "https://a.example")]), Method::POST, "/system/sign-in");
    assert!(system.takes(&sent));
    let wrong = system.sign_in(&sent, Body::of("token=wrong"), visitor).await;
    assert_eq!((wrong.status().as_u16(), wrong.headers().get("set-cookie")), (401, None));
    let signed_in = system.sign_in(&sent, Body::of(format!("token={TOKEN}")), visitor).await;
    assert_eq!((signed_in.status().as_u16(), signed_in.headers()["location"].to_str().unwrap()), (303, "/system/"));
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Secure-microcore_system="), "{cookie}");
    assert!(cookie.ends_with("; Path=/system; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
    assert!(!cookie.contains(TOKEN), "{cookie}");

    // Another replica, which has never seen it.
    let value: &'static str = Box::leak(cookie.split(';').next().unwrap().to_owned().into_boxed_str());
    let headers: &'static [(&str, &str)] = Box::leak(Box::new([("host", "a.example"), ("cookie", value)]));
    assert_eq!(ask(&row(headers), Method::GET, "/system/api/events").await.unwrap().status(), 200);
    assert!(
        ask(
            &Row { settings: &[("SYSTEM_TOKEN", "another-token-of-thirty-two-bytes")], ..row(headers) },
            Method::GET,
            "/system/api/events"
        )
        .await
        .is_none()
    );

    let plain = head(&row(&[("host", "a.example"), ("origin", "http://a.example")]), Method::POST, "/system/sign-in");
    let signed_in = system.sign_in(&plain, Body::of(format!("token={TOKEN}")), visitor).await;
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("microcore_system=") && !cookie.contains("Secure"), "{cookie}");

    let foreign =
        head(&row(&[("host", "a.example"), ("origin", "https://b.example")]), Method::POST, "/system/sign-in");
    assert_eq!(system.sign_in(&foreign, Body::of(format!("token={TOKEN}")), visitor).await.status(), 403);

    let out = head(&row(&[("host", "a.example"), ("origin", "https://a.example")]), Method::POST, "/system/sign-out");
    let signed_out = system.sign_in(&out, Body::of(""), visitor).await;
    assert!(signed_out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn few_wrong_tokens_of_one_client_are_looked_at() {
    let system = system(&[("SYSTEM_TOKEN", TOKEN)], Place::Public(None)).unwrap();
    let id = Id::make();
    let visitor = |client: &str| {
        let client: IpAddr = client.parse().unwrap();
        Visitor { peer: "10.0.0.1".parse().unwrap(), client, id: &id }
    };
    let wrong = head(
        &Row { headers: &[("host", "a"), ("authorization", "Bearer wrong")], ..UNTOKENED },
        Method::GET,
        "/system/",
    );
    for _ in 0..10 {
        assert!(system.answer(&wrong, visitor("2001:db8::1")).await.is_none());
    }
    let right = head(&TOKENED, Method::GET, "/system/api/events");
    let refused = system.answer(&right, visitor("2001:db8::2")).await.unwrap();
    assert_eq!(refused.status(), 429, "even the right one, from anywhere in the same home");
    assert!(refused.headers().contains_key("retry-after"));
    let form = head(&Row { headers: &[("host", "a")], ..UNTOKENED }, Method::POST, "/system/sign-in");
    let sent = Body::of(format!("token={TOKEN}"));
    assert_eq!(system.sign_in(&form, sent, visitor("2001:db8::3")).await.status(), 429);
    assert_eq!(system.answer(&right, visitor("2001:db8:0:1::1")).await.unwrap().status(), 200, "others are let in");
}
