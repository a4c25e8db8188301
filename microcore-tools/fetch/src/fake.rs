//! What a test gets in place of any backend: answers that it has scripted, and a refusal of every other call.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;
use url::Url;

use super::{Answer, FetchError, Policy, Request, Trouble, service};

/// The memory of one test.
pub(super) struct Fake {
    policy: Policy,
    scripts: Mutex<Vec<Script>>,
    sent: Mutex<Vec<Request>>,
}

struct Script {
    method: Method,
    url: Url,
    /// The answers; the last one is given again and again.
    steps: VecDeque<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    Answer(StatusCode, HeaderMap, Bytes),
    Away,
}

impl Fake {
    pub(super) fn new() -> Self {
        let policy = Policy::once(Duration::from_secs(10));
        Self { policy, scripts: Mutex::default(), sent: Mutex::default() }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(super) fn sent(&self) -> Vec<Request> {
        lock(&self.sent).clone()
    }

    /// The answer that the test has scripted.
    pub(super) fn answer(&self, request: Request) -> Result<Answer, Trouble> {
        let place = service(&request.url);
        let step = {
            let mut scripts = lock(&self.scripts);
            let of_call = |script: &&mut Script| script.method == request.method && script.url == request.url;
            let script = scripts.iter_mut().find(of_call);
            script.and_then(|script| {
                if script.steps.len() > 1 { script.steps.pop_front() } else { script.steps.front().cloned() }
            })
        };
        let Some(step) = step else {
            let (method, url) = (&request.method, &request.url);
            return Err(Trouble::Final(FetchError::invalid(format!(
                "the test has not scripted this call; write `fetch.when(\"{method}\", \"{url}\").answer(200, \"…\")`"
            ))));
        };
        lock(&self.sent).push(request);
        match step {
            Step::Answer(status, headers, body) => Ok(Answer::of(&place, status, headers, body)),
            Step::Away => Err(Trouble::NotSent("the test says so".into())),
        }
    }
}

/// What is answered to one call of a test.
pub struct When<'f> {
    fake: &'f Fake,
    method: Method,
    url: Url,
}

impl<'f> When<'f> {
    pub(super) fn new(fake: &'f Fake, method: &str, url: &str) -> Self {
        let method = method.parse().unwrap_or_else(|_| panic!("`{method}` is no method"));
        let url = Url::parse(url).unwrap_or_else(|error| panic!("`{url}` is no address: {error}"));
        Self { fake, method, url }
    }

    fn then(self, step: Step) -> Self {
        {
            let mut scripts = lock(&self.fake.scripts);
            match scripts.iter_mut().find(|script| script.method == self.method && script.url == self.url) {
                Some(script) => script.steps.push_back(step),
                None => {
                    let (method, url) = (self.method.clone(), self.url.clone());
                    scripts.push(Script { method, url, steps: VecDeque::from([step]) });
                }
            }
        }
        self
    }

    /// This status and body. With several, each is for one call, and the last one for all that follow.
    ///
    /// # Panics
    ///
    /// Where the status is none.
    #[expect(clippy::return_self_not_must_use, reason = "the answer is scripted by the call itself")]
    pub fn answer(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.then(Step::Answer(known(status), HeaderMap::new(), body.into()))
    }

    /// This status and a body of JSON.
    ///
    /// # Panics
    ///
    /// Where the status is none, or the value can't be written as JSON.
    #[expect(clippy::return_self_not_must_use, reason = "the answer is scripted by the call itself")]
    pub fn answer_json(self, status: u16, value: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_else(|error| panic!("no JSON: {error}"));
        let headers =
            HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        self.then(Step::Answer(known(status), headers, body.into()))
    }

    /// No connection.
    #[expect(clippy::return_self_not_must_use, reason = "the answer is scripted by the call itself")]
    pub fn is_away(self) -> Self {
        self.then(Step::Away)
    }
}

impl std::fmt::Debug for When<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

fn known(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or_else(|_| panic!("{status} is no status"))
}

/// A test that panicked elsewhere has failed already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
