//! A call while it is put together, and how it is made: within its deadline, again where that may help, and not at all
//! where the host has failed too often.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method};
use microcore::context::handled;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::policy::{Verdict, is_failure, is_idempotent, judge};
use super::reply::Reply;
use super::{Answer, Backend, Fetch, FetchError, Policy, Request, Streaming, Trouble, service};

/// A call that is put together. It is made by [`Call::send`], or by [`Call::json`], [`Call::text`] and [`Call::bytes`],
/// for which an answer without success is an error.
#[must_use = "a call is made by `send` or `json`"]
pub struct Call<B: Backend> {
    fetch: Fetch<B>,
    request: Result<Request, FetchError>,
    deadline: Option<Duration>,
    retries: Option<u32>,
    repeatable: bool,
}

impl<B: Backend> Call<B> {
    pub(super) fn new(fetch: &Fetch<B>, method: Method, url: &str) -> Self {
        let repeatable = is_idempotent(&method);
        let request = address(url).map(|url| Request {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            untrusted: false,
        });
        Self { fetch: fetch.clone(), request, deadline: None, retries: None, repeatable }
    }

    /// Changes what there is; the first mistake is the one that is told.
    fn with(mut self, change: impl FnOnce(&mut Request) -> Result<(), FetchError>) -> Self {
        if let Ok(request) = &mut self.request
            && let Err(error) = change(request)
        {
            self.request = Err(error);
        }
        self
    }

    /// A header, in place of one with its name.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|request| {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(FetchError::invalid)?;
            let value = HeaderValue::from_str(value).map_err(FetchError::invalid)?;
            request.headers.insert(name, value);
            Ok(())
        })
    }

    /// `authorization: Bearer …`. Another host, after a redirection, does not get it.
    pub fn bearer(self, token: &str) -> Self {
        self.with(|request| {
            let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|_| FetchError::invalid("the token has characters that a header can't have"))?;
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
            Ok(())
        })
    }

    /// A parameter of the query, behind those that the address has.
    pub fn query(self, name: &str, value: impl std::fmt::Display) -> Self {
        self.with(|request| {
            request.url.query_pairs_mut().append_pair(name, &value.to_string());
            Ok(())
        })
    }

    /// A body of JSON.
    pub fn with_json(self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body("application/json", body),
            Err(error) => self.with(|_| Err(FetchError::invalid(error))),
        }
    }

    /// A body like that of a form in a browser.
    pub fn with_form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// A body of any media type.
    pub fn body(self, media_type: &str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        self.header(CONTENT_TYPE.as_str(), media_type).with(|request| {
            request.body = body;
            Ok(())
        })
    }

    /// Time for the call with all its repetitions.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// How often it is repeated at the most.
    pub fn retries(self, retries: u32) -> Self {
        Self { retries: Some(retries), ..self }
    }

    /// It may arrive twice, although its method says that it may not: the other knows repetitions by a key in it.
    pub fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }

    /// Somebody else chose the address: it must lead to the internet at large, also after redirections.
    pub fn untrusted(self) -> Self {
        self.with(|request| {
            request.untrusted = true;
            Ok(())
        })
    }

    /// Makes the call. Any status is an answer.
    pub async fn send(self) -> Result<Answer, FetchError> {
        self.made().await
    }

    /// Makes the call and gives its answer as soon as its head is there, whatever the status: the body is a stream. The
    /// deadline is that of the head; `FETCH_LIMIT` is the reader's own to keep.
    pub async fn stream(self) -> Result<Streaming, FetchError> {
        self.made().await
    }

    async fn made<R: Reply>(self) -> Result<R, FetchError> {
        let mut request = self.request?;
        // Where the call leads is nothing that a stranger needs to know.
        if let (false, Some(traceparent)) = (request.untrusted, handled().and_then(|handled| handled.traceparent))
            && let Ok(value) = HeaderValue::from_str(&traceparent)
        {
            request.headers.entry("traceparent").or_insert(value);
        }
        let policy = self.fetch.policy();
        let host = request.url.host_str().unwrap_or_default();
        let deadline = self.deadline.or_else(|| policy.deadlines.get(host).copied()).unwrap_or(policy.deadline);
        let until = Instant::now() + deadline;
        let retries = self.retries.unwrap_or(policy.retries);
        let service = service(&request.url);
        for number in 0.. {
            let tried = self.fetch.try_once::<R>(policy, &service, &request, until).await?;
            let verdict = judge(&tried, self.repeatable, number);
            if let Verdict::Again(pause) = verdict
                && number < retries
                && Instant::now() + pause < until
            {
                tracing::debug!(service, number, ?pause, "the call is repeated");
                sleep(pause).await;
                continue;
            }
            return tried.map_err(|trouble| match trouble {
                Trouble::NotSent(error) | Trouble::Broken(error) => FetchError::unavailable(&service, error),
                Trouble::Final(error) => error,
            });
        }
        unreachable!("the loop has no end")
    }

    /// Makes the call and reads its answer as JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, FetchError> {
        self.send().await?.success()?.json()
    }

    /// Makes the call and reads its answer as text of UTF-8.
    pub async fn text(self) -> Result<String, FetchError> {
        self.send().await?.success()?.text()
    }

    /// Makes the call and gives the body of its answer.
    pub async fn bytes(self) -> Result<Bytes, FetchError> {
        Ok(self.send().await?.success()?.body)
    }
}

impl<B: Backend> Fetch<B> {
    /// One try, of which the host's account is kept. What ends the call whatever the verdict is `Err`.
    async fn try_once<R: Reply>(
        &self,
        policy: &Policy,
        service: &str,
        request: &Request,
        until: Instant,
    ) -> Result<Result<R, Trouble>, FetchError> {
        let leave = self.hosts().leave(service).ok_or_else(|| FetchError::paused(service))?;
        let tried = timeout_at(until, R::ask(self, request.clone())).await;
        match &tried {
            Ok(tried) if !is_failure(tried) => leave.went_well(),
            _ => leave.failed(policy.pause_after, policy.pause),
        }
        tried.map_err(|_| FetchError::unavailable(service, "no answer in time"))
    }
}

impl<B: Backend> std::fmt::Debug for Call<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Call")
    }
}

fn address(text: &str) -> Result<Url, FetchError> {
    let url = Url::parse(text).map_err(FetchError::invalid)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(FetchError::invalid("an address begins with `https://` or `http://`"));
    }
    Ok(url)
}
