//! Around the routes what ours has when nobody sets anything, as one would write it with hyper: the id of the request,
//! the headers of security, a limit on how long a head may take.

use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;

use super::Answer;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
static NEXT: AtomicU64 = AtomicU64::new(1);

pub(crate) fn connection() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
    builder
}

pub(crate) async fn handle(request: Request<Incoming>) -> Result<Answer, Infallible> {
    let id = identify(&request);
    let mut answer = super::answer(request).await?;
    let headers = answer.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REQUEST_ID, id);
    Ok(answer)
}

/// The client's, where it is one that may stand in a log.
fn identify(request: &Request<Incoming>) -> HeaderValue {
    let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    match request.headers().get(REQUEST_ID) {
        Some(sent) if (1..=64).contains(&sent.len()) && sent.as_bytes().iter().all(safe) => sent.clone(),
        _ => {
            let id = format!("{:016x}-{:x}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed));
            HeaderValue::try_from(id).expect("digits are header text")
        }
    }
}
