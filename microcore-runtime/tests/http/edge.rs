//! The built-in features of the edge, each switched on by its setting.

use microcore_runtime::server::ServerSettings;
use microcore_runtime::settings::{Environment, Settings};

use crate::client::{Answer, Client};
use crate::fixture::Server;

async fn ask(client: &mut Client, line: &str, headers: &str) -> Answer {
    client.send(&format!("{line} HTTP/1.1\r\nhost: test\r\n{headers}\r\n")).await;
    client.answer().await
}

#[tokio::test]
async fn every_answer_has_the_headers_of_security() {
    let settings = [("HTTP_HSTS", "365d"), ("HTTP_CSP", "default-src 'self'"), ("HTTP_REFERRER_POLICY", "no-referrer")];
    let server = Server::with(settings).await;
    let mut client = server.client().await;
    for (path, status) in [("/hello", 200), ("/nowhere", 404), ("/panic", 500)] {
        let answer = ask(&mut client, &format!("GET {path}"), "").await;
        assert_eq!(answer.status, status);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=31536000"),
            ("content-security-policy", "default-src 'self'"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
}

#[tokio::test]
async fn browsers_keep_their_own_referrer_policy_unless_told_another() {
    let server = Server::start().await;
    let answer = ask(&mut server.client().await, "GET /hello", "").await;
    assert_eq!(answer.header("referrer-policy"), None);

    let server = Server::with([("HTTP_REFERRER_POLICY", "same-origin")]).await;
    let mut client = server.client().await;
    assert_eq!(ask(&mut client, "GET /hello", "").await.header("referrer-policy"), Some("same-origin"));
    let own = ask(&mut client, "GET /own-headers", "").await;
    assert_eq!(own.header("referrer-policy"), Some("origin"), "a handler's own goes before the setting's");

    let wrong = ServerSettings::load(&Environment::of([("HTTP_REFERRER_POLICY", "same")])).unwrap().verify();
    let said = wrong.unwrap_err().to_string();
    assert!(
        said.starts_with("HTTP_REFERRER_POLICY must be one of no-referrer,") && said.ends_with("not `same`"),
        "{said}"
    );
}

#[tokio::test]
async fn what_every_answer_has_can_be_switched_off() {
    let server = Server::with([("HTTP_REQUEST_ID", "false"), ("HTTP_SECURITY_HEADERS", "false")]).await;
    let mut client = server.client().await;
    let answer = ask(&mut client, "GET /id", "x-request-id: mine\r\n").await;
    for name in ["x-request-id", "x-content-type-options", "x-frame-options"] {
        assert_eq!(answer.header(name), None, "{name}");
    }
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("mine"), "{}: an id that is not told is not taken", answer.body);
}

#[tokio::test]
async fn without_origins_no_foreign_page_reads_an_answer() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let answer = ask(&mut client, "GET /hello", "origin: https://evil.example\r\n").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn a_named_origin_reads_answers_and_another_does_not() {
    let origins = "https://app.example, https://other.example";
    let server = Server::with([("HTTP_CORS_ORIGINS", origins), ("HTTP_CORS_CREDENTIALS", "true")]).await;
    let mut client = server.client().await;
    for origin in ["https://app.example", "https://other.example"] {
        let answer = ask(&mut client, "GET /hello", &format!("origin: {origin}\r\n")).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    }
    for foreign in ["https://evil.example", "null", "https://app.example.evil.example"] {
        let answer = ask(&mut client, "GET /hello", &format!("origin: {foreign}\r\n")).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{foreign}");
        assert_eq!(answer.header("vary"), Some("origin"), "a cache must not give it to the others");
    }
    let preflight = "origin: https://app.example\r\naccess-control-request-method: PUT\r\n\
                     access-control-request-headers: x-requested-with\r\n";
    let answer = ask(&mut client, "OPTIONS /users/1", preflight).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-headers"), Some("x-requested-with"));
    assert!(answer.header("access-control-allow-methods").unwrap().contains("PUT"));
    assert_eq!(answer.header("access-control-max-age"), Some("600"));
}

#[test]
fn credentials_with_every_origin_refuse_to_boot() {
    let load = |settings: [(&str, &str); 2]| ServerSettings::load(&Environment::of(settings)).unwrap().verify();
    let refused = load([("HTTP_CORS_ORIGINS", "https://a.example,*"), ("HTTP_CORS_CREDENTIALS", "true")]).unwrap_err();
    assert!(refused.to_string().contains("HTTP_CORS_CREDENTIALS"), "{refused}");
    assert!(load([("HTTP_CORS_ORIGINS", "example.com"), ("HTTP_CORS_CREDENTIALS", "false")]).is_err());
    assert!(load([("HTTP_CORS_ORIGINS", "*"), ("HTTP_CORS_CREDENTIALS", "false")]).is_ok());
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_429_and_told_when_to_come_back() {
    let server = Server::with([("HTTP_RATE_LIMIT", "3"), ("HTTP_PROXIES", "1")]).await;
    let mut client = server.client().await;
    let from = |address: &str| format!("x-forwarded-for: {address}\r\n");
    for _ in 0..3 {
        assert_eq!(ask(&mut client, "GET /hello", &from("1.1.1.1")).await.status, 200);
    }
    let refused = ask(&mut client, "GET /hello", &from("1.1.1.1")).await;
    assert_eq!((refused.status, refused.json()["error"]["code"].as_str()), (429, Some("too_many_requests")));
    assert_eq!(refused.json()["error"]["request_id"].as_str(), refused.header("x-request-id"));
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=21).contains(&seconds), "{seconds}");
    assert_eq!(
        ask(&mut client, "GET /hello", &from("6.6.6.6, 1.1.1.1")).await.status,
        429,
        "its own word counts nothing"
    );
    assert_eq!(ask(&mut client, "GET /hello", &from("2.2.2.2")).await.status, 200);
    let home = |last: &str| from(&format!("2001:db8:1:2::{last}"));
    for last in ["1", "2", "3"] {
        assert_eq!(ask(&mut client, "GET /hello", &home(last)).await.status, 200);
    }
    assert_eq!(ask(&mut client, "GET /hello", &home("4")).await.status, 429, "a /64 is one client");
}

#[cfg(feature = "causality")]
#[tokio::test]
async fn the_address_of_a_client_is_known_and_can_not_be_forged() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let answer = ask(&mut client, "GET /client", "x-forwarded-for: 6.6.6.6\r\n").await;
    assert_eq!(answer.json()["data"], "127.0.0.1");
}

#[cfg(feature = "causality")]
#[tokio::test]
async fn what_our_proxies_say_is_the_client_for_handlers_and_for_the_rate_limit() {
    let server = Server::with([("HTTP_TRUSTED_PROXIES", "127.0.0.0/8"), ("HTTP_RATE_LIMIT", "2")]).await;
    let mut client = server.client().await;
    for (header, address) in [
        ("x-forwarded-for: 6.6.6.6, 2.2.2.2:4711", "2.2.2.2"),
        ("x-forwarded-for: [2001:db8::1]:80, 127.0.0.5", "2001:db8::1"),
        ("forwarded: for=6.6.6.6, for=\"3.3.3.3:80\"", "3.3.3.3"),
    ] {
        let answer = ask(&mut client, "GET /client", &format!("{header}\r\n")).await;
        assert_eq!(answer.json()["data"], address, "{header}");
    }
    let again = |port: u16| format!("x-forwarded-for: 2.2.2.2:{port}\r\n");
    assert_eq!(ask(&mut client, "GET /hello", &again(1)).await.status, 200);
    assert_eq!(ask(&mut client, "GET /hello", &again(2)).await.status, 429, "a port of its own is no other client");
    assert_eq!(ask(&mut client, "GET /hello", "x-forwarded-for: 4.4.4.4:1\r\n").await.status, 200);
}

#[tokio::test]
async fn a_client_waits_no_longer_than_it_must_and_the_handler_runs_on() {
    let server = Server::with([("HTTP_REQUEST_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    client.ask("GET /hello").await;
    assert_eq!(client.answer().await.status, 200);
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.message().as_str()), (503, "temporarily unavailable"));
    server.app.let_go();
    server.app.slow_finished().await;
    server.handle.stop();
    assert_eq!(server.drained().await.cut, 0);
}

#[tokio::test]
async fn answers_are_gzipped_where_that_was_switched_on_and_helps() {
    let server = Server::with([("HTTP_COMPRESSION", "true")]).await;
    let mut client = server.client().await;
    client.send("GET /big HTTP/1.1\r\nhost: test\r\naccept-encoding: br, gzip\r\n\r\n").await;
    let head = client.answer_to_head().await;
    assert_eq!((head.header("content-encoding"), head.header("vary")), (Some("gzip"), Some("accept-encoding")));
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    assert!(length < 10_000, "{length}");
    let mut other = server.client().await;
    for accepted in ["", "accept-encoding: gzip;q=0\r\n", "accept-encoding: identity, gzip;q=0.1\r\n"] {
        let plain = ask(&mut other, "GET /big", accepted).await;
        assert_eq!(
            (plain.header("content-encoding"), plain.header("vary")),
            (None, Some("accept-encoding")),
            "{accepted}"
        );
    }
    let short = ask(&mut other, "GET /hello", "accept-encoding: gzip\r\n").await;
    assert_eq!((short.header("content-encoding"), short.header("vary")), (None, None));
    let off = Server::start().await;
    let mut client = off.client().await;
    assert_eq!(ask(&mut client, "GET /big", "accept-encoding: gzip\r\n").await.header("content-encoding"), None);
}

#[tokio::test]
async fn the_hosts_below_are_included_where_that_is_said() {
    let hsts = |subdomains, preload| {
        [("HTTP_HSTS", "365d"), ("HTTP_HSTS_SUBDOMAINS", subdomains), ("HTTP_HSTS_PRELOAD", preload)]
    };
    for (settings, value) in [
        (hsts("false", "false"), "max-age=31536000"),
        (hsts("true", "false"), "max-age=31536000; includeSubDomains"),
        (hsts("true", "true"), "max-age=31536000; includeSubDomains; preload"),
    ] {
        let server = Server::with(settings).await;
        let answer = ask(&mut server.client().await, "GET /hello", "").await;
        assert_eq!(answer.header("strict-transport-security"), Some(value));
    }
    let load = |settings: [(&str, &str); 3]| ServerSettings::load(&Environment::of(settings)).unwrap().verify();
    let short = [("HTTP_HSTS", "364d"), ("HTTP_HSTS_SUBDOMAINS", "true"), ("HTTP_HSTS_PRELOAD", "true")];
    for wrong in [hsts("false", "true"), short] {
        let said = load(wrong).unwrap_err().to_string();
        assert!(said.starts_with("HTTP_HSTS_PRELOAD needs HTTP_HSTS_SUBDOMAINS=true and"), "{said}");
    }
}

/// Each as the table in the guide says.
#[tokio::test]
async fn what_a_handler_says_is_added_to_or_kept_or_goes() {
    let server = Server::with([
        ("HTTP_CORS_ORIGINS", "https://app.example"),
        ("HTTP_CORS_EXPOSE", "x-page,etag"),
        ("HTTP_CORS_CREDENTIALS", "true"),
        ("HTTP_HSTS", "365d"),
        ("HTTP_CSP", "default-src 'self'"),
        ("HTTP_REFERRER_POLICY", "no-referrer"),
        ("HTTP_COMPRESSION", "true"),
    ])
    .await;
    let mut client = server.client().await;
    let app = "origin: https://app.example\r\nx-request-id: ours\r\n";
    for (name, own, sent) in [
        ("access-control-expose-headers", "etag, x-total", "etag, x-total, x-request-id, x-page, etag"),
        ("strict-transport-security", "max-age=0", "max-age=0"),
        ("content-security-policy", "sandbox", "sandbox"),
        ("referrer-policy", "origin", "origin"),
        ("x-frame-options", "SAMEORIGIN", "SAMEORIGIN"),
        ("x-content-type-options", "sniff", "nosniff"),
        ("x-request-id", "theirs", "ours"),
        ("cache-control", "private, max-age=60", "private, max-age=60"),
        ("content-type", "application/vnd.own+json", "application/vnd.own+json"),
        ("access-control-allow-origin", "*", "*"),
    ] {
        let answer = ask(&mut client, &format!("GET /header/{name}"), &format!("{app}own: {own}\r\n")).await;
        assert_eq!((answer.status, answer.header(name)), (200, Some(sent)), "{name}");
        assert_eq!(answer.head.matches(&format!("\r\n{name}: ")).count(), 1, "{name} is there once");
        let decides = name == "access-control-allow-origin";
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials, (!decides).then_some("true"), "{name}");
    }
    let answer = ask(&mut client, "GET /header/vary", &format!("{app}own: accept-language\r\n")).await;
    let vary: Vec<_> = answer.head.lines().filter_map(|line| line.strip_prefix("vary: ")).collect();
    assert_eq!(vary, ["accept-language", "origin"]);
    let answer = ask(&mut client, "GET /header/vary", &format!("{app}own: Origin\r\n")).await;
    assert_eq!(answer.head.matches("\r\nvary: ").count(), 1, "{}", answer.head);
    let plain = ask(&mut client, "GET /hello", app).await;
    assert_eq!(plain.header("access-control-expose-headers"), Some("x-request-id, x-page, etag"));
}

#[test]
fn what_is_exposed_are_names() {
    for (names, credentials, is_right) in
        [("etag,x-total", "true", true), ("*", "false", true), ("*", "true", false), ("a b", "false", false)]
    {
        let settings = Environment::of([("HTTP_CORS_EXPOSE", names), ("HTTP_CORS_CREDENTIALS", credentials)]);
        let verified = ServerSettings::load(&settings.with("HTTP_CORS_ORIGINS", "https://a.example")).unwrap().verify();
        let said = verified.err().map(|problems| problems.to_string());
        assert_eq!(said.as_ref().is_none_or(|said| !said.starts_with("HTTP_CORS_EXPOSE must ")), is_right, "{said:?}");
    }
}

#[tokio::test]
async fn an_origin_is_the_same_however_it_is_spelled() {
    let origins = "https://app.example,http://[::1]:3000";
    let server = Server::with([("HTTP_CORS_ORIGINS", origins)]).await;
    let mut client = server.client().await;
    for origin in ["https://app.example:443", "https://APP.example", "https://app.example.", "http://[0:0::1]:3000"] {
        let answer = ask(&mut client, "GET /hello", &format!("origin: {origin}\r\n")).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "as the browser compares it");
    }
    for foreign in ["http://app.example", "https://app.example:80", "http://[::1]", "https://app.example/"] {
        let answer = ask(&mut client, "GET /hello", &format!("origin: {foreign}\r\n")).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{foreign}");
    }
}

#[cfg(feature = "ws")]
#[tokio::test]
async fn a_page_of_the_same_host_opens_a_socket_however_either_is_spelled() {
    let server = Server::start().await;
    for (host, origin, status) in [
        ("localhost:80", "http://localhost", 101),
        ("localhost", "http://localhost:80", 101),
        ("localhost:443", "https://localhost", 101),
        ("LOCALHOST", "http://localhost", 101),
        ("localhost.", "http://localhost", 101),
        ("[::1]:80", "http://[::1]", 101),
        ("[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080", 101),
        ("localhost:80", "https://localhost", 403),
        ("localhost:443", "http://localhost", 403),
        ("localhost:8080", "http://localhost", 403),
        ("localhost", "http://localhost:8080", 403),
        ("localhost", "null", 403),
        ("localhost", "http://localhost.evil.example", 403),
    ] {
        let mut client = server.client().await;
        client
            .send(&format!(
                "GET /echo HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                 sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncookie: a=b\r\n\
                 origin: {origin}\r\n\r\n"
            ))
            .await;
        assert_eq!(client.answer().await.status, status, "{host} {origin}");
    }
}

#[cfg(feature = "ws")]
#[tokio::test]
async fn a_page_without_tls_opens_no_socket_of_a_site_that_is_known_to_have_it() {
    let schemes = [("https://test", true), ("http://test", false), ("HTTPS://test", true), ("ftp://test", false)];
    for (settings, knows) in [([("HTTP_HSTS", "365d")], true), ([("HTTP_HSTS", "0s")], false)] {
        let server = Server::with(settings).await;
        for (origin, over_tls) in schemes {
            let handshake = format!(
                "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncookie: a=b\r\norigin: {origin}\r\n"
            );
            let status = ask(&mut server.client().await, "GET /echo", &handshake).await.status;
            let opens = over_tls || (origin.starts_with("http://") && !knows);
            assert_eq!(status, if opens { 101 } else { 403 }, "{origin}, known to have TLS: {knows}");
        }
    }
}
