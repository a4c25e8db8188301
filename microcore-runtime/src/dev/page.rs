//! What a browser is shown where there is no new code, and what a page may ask about it.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use serde_json::json;

use super::failure::Failure;
use super::stage::{Stage, State};

pub(super) type Body = UnsyncBoxBody<Bytes, hyper::Error>;

/// Loads a page again as soon as the code is another one, or none; and a page that says what is wrong once that is over,
/// also where it was over before this was read.
const RELOAD: &str = "const events = new EventSource('/_dev/events');
for (const word of ['live', 'stale', 'down']) events.addEventListener(word, () => location.reload());
events.addEventListener('now', (now) => {
  if (JSON.parse(now.data).state === 'live' && 'microcoreFailed' in document.documentElement.dataset) location.reload();
});
";

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:60rem;padding:0 1rem;\
    color:#1b1b1b;background:#fff}pre{font:13px/1.45 ui-monospace,monospace;background:#f4f4f4;padding:1rem;\
    overflow-x:auto}h1{font-size:1.3rem}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}\
    pre{background:#222}}";

/// Whether a person has asked for a page, and not a program for data.
pub(super) fn is_navigation<B>(request: &Request<B>) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => request.method() == Method::GET && text("accept").is_some_and(|accept| accept.contains("text/html")),
    }
}

/// Whether a program has asked for what is wrong: `?__build`, or the header.
pub(super) fn asks_for_diagnostics<B>(request: &Request<B>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    query.split('&').any(|part| part == "__build") || request.headers().contains_key("x-microcore-build")
}

/// The page that says what is wrong, and loads itself again once it is not.
pub(super) fn page(failure: &Failure) -> Response<Body> {
    let text = escaped(&failure.text);
    let title = failure.what;
    let html = format!(
        "<!doctype html><html lang=\"en\" data-microcore-failed><meta charset=\"utf-8\"><title>The application {title}</title>\
         <style>{STYLE}</style><script src=\"/_dev/reload.js\"></script><h1>The application {title}</h1>\
         <pre>{text}</pre><p>This page loads itself again once a file is saved that does.</p></html>"
    );
    answer(StatusCode::INTERNAL_SERVER_ERROR, "text/html; charset=utf-8", html)
}

/// The same for a program.
pub(super) fn diagnostics(failure: &Failure) -> Response<Body> {
    let error = json!({ "code": "build_failed", "message": format!("the application {}", failure.what),
        "text": failure.text, "errors": failure.errors });
    let text = json!({ "success": false, "error": error }).to_string();
    answer(StatusCode::INTERNAL_SERVER_ERROR, "application/json", text)
}

/// `/_dev`, `/_dev/events`, `/_dev/reload.js`.
pub(super) fn inside(path: &str, stage: &Stage) -> Response<Body> {
    match path {
        "/_dev" => answer(StatusCode::OK, "application/json", told(&stage.listen().borrow()).to_string()),
        "/_dev/reload.js" => answer(StatusCode::OK, "text/javascript; charset=utf-8", RELOAD.to_owned()),
        "/_dev/events" => events(stage),
        _ => answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "not found\n".to_owned()),
    }
}

fn told(state: &State) -> serde_json::Value {
    match state {
        State::Live => json!({ "state": "live" }),
        State::Building => json!({ "state": "building" }),
        State::Changing => json!({ "state": "changing" }),
        State::Stale(failure) => json!({ "state": "stale", "failure": **failure }),
        State::Down(failure) => json!({ "state": "down", "failure": **failure }),
    }
}

/// How it is, and then each change as an event.
fn events(stage: &Stage) -> Response<Body> {
    let mut states = stage.listen();
    let now = told(&states.borrow_and_update());
    let begin = futures_util::stream::once(async move { format!("retry: 200\nevent: now\ndata: {now}\n\n") });
    let changes = futures_util::stream::unfold(states, |mut states| async move {
        states.changed().await.ok()?;
        let told = told(&states.borrow_and_update());
        let text = format!("event: {}\ndata: {told}\n\n", told["state"].as_str().unwrap_or_default());
        Some((text, states))
    });
    let stream = futures_util::StreamExt::chain(begin, changes);
    let frames = futures_util::StreamExt::map(stream, |text| Ok(Frame::data(Bytes::from(text))));
    let mut response = Response::new(BodyExt::boxed_unsync(StreamBody::new(frames)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) fn answer(status: StatusCode, media: &'static str, text: String) -> Response<Body> {
    let body = Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
