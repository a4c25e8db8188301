//! How a browser comes in with a token: a form, and the cookie that it is exchanged for.

use std::time::Duration;

use bytes::Bytes;
use http::header::{LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};

use super::watcher::{COOKIE, COOKIE_OF_TLS, Verdict, Watcher};
use super::{Visitor, later, own_page, session};
use crate::context::Id;
use crate::request::{Body, Head};
use crate::response::{Media, Response, empty, reply};

const SIGN_IN: &str = "/system/sign-in";
const SIGN_OUT: &str = "/system/sign-out";

/// Whether a form is sent to here.
pub(super) fn is_about(path: &str) -> bool {
    matches!(path, SIGN_IN | SIGN_OUT)
}

/// The form, for a browser that opens the first page; nothing for anybody else.
pub(super) fn invitation(watcher: &Watcher, head: &Head) -> Option<Response> {
    let is_page = matches!(head.method, Method::GET | Method::HEAD);
    let wants_page = || {
        let accepted = head.headers.get_all(http::header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
        accepted.flat_map(|value| value.split(',')).any(|media| {
            let media = media.split(';').next().unwrap_or_default();
            media.trim().eq_ignore_ascii_case("text/html")
        })
    };
    let is_first = matches!(head.uri.path(), "/system" | "/system/" | SIGN_IN);
    (watcher.signs_in() && is_page && is_first && wants_page()).then(|| form("", StatusCode::UNAUTHORIZED))
}

/// What a form leads to.
pub(super) async fn answer(watcher: &Watcher, head: &Head, body: Body, visitor: Visitor<'_>) -> Response {
    if !own_page::sent(head) {
        return form("This form must be sent from this very page.", StatusCode::FORBIDDEN);
    }
    let is_private = watcher.is_private || own_page::is_private(head);
    if head.uri.path() == SIGN_OUT {
        return sent_to("/system/sign-in", &cookie("", 0, is_private));
    }
    let body = match body.read().await {
        Ok(body) => body,
        Err(error) => return crate::response::failure_of(&error, Some(visitor.id)),
    };
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "token").map(|(_, token)| token);
    match watcher.try_token(token.as_deref().unwrap_or_default().trim(), visitor.client) {
        Verdict::TooMany(wait) => too_many(wait, visitor.id),
        Verdict::Stranger => form("That is not the token.", StatusCode::UNAUTHORIZED),
        Verdict::Welcome(_) => {
            tracing::info!(client = %visitor.client, "signed in to the system pages");
            let value = watcher.issue().unwrap_or_default();
            sent_to("/system/", &cookie(&value, session::LASTS, is_private))
        }
    }
}

/// 429.
pub(super) fn too_many(wait: Duration, id: &Id) -> Response {
    later(wait, id)
}

/// For scripts it does not exist, other sites don't send it, and it is sent below `/system` only.
fn cookie(value: &str, lasts: u64, is_private: bool) -> String {
    let (name, secure) = if is_private { (COOKIE_OF_TLS, "; Secure") } else { (COOKIE, "") };
    format!("{name}={value}; Path=/system; Max-Age={lasts}; HttpOnly; SameSite=Strict{secure}")
}

fn sent_to(path: &'static str, cookie: &str) -> Response {
    let mut response = empty(StatusCode::SEE_OTHER);
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(path));
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn form(said: &str, status: StatusCode) -> Response {
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Sign in</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Sign in</h1>
<p role="status">{said}</p>
<form method="post" action="{SIGN_IN}">
<p><label for="token">The value of SYSTEM_TOKEN</label></p>
<p><input id="token" name="token" type="password" autocomplete="current-password" required autofocus></p>
<p><button>Sign in</button></p>
</form>
</main>
</body>
</html>
"#
    );
    let mut response = reply(status.as_u16(), Media::new("text/html; charset=utf-8", Bytes::from(page)));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"system\""));
    }
    response
}
