//! Which pages of other sites may read answers. In: the origin that a browser sends. Out: the headers that let it.
//!
//! The Fetch standard has the rules. Without `HTTP_CORS_ORIGINS` no header is sent, and browsers keep answers from
//! foreign pages.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, GetAll, ORIGIN,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::request::{Head, Origin};
use crate::response::{Response, empty, vary};
use crate::server::ServerSettings;
use crate::server::origin::origins;

#[derive(Debug)]
pub(super) struct Cors {
    /// `None` for every origin.
    origins: Option<Vec<Origin>>,
    credentials: bool,
    max_age: HeaderValue,
    /// Names of headers that those pages may read, beside what every page may.
    exposed: Option<HeaderValue>,
}

impl Cors {
    pub(super) fn of(settings: &ServerSettings) -> Option<Self> {
        let named = settings.cors_origins.as_deref().filter(|origins| !origins.is_empty())?;
        let own = settings.request_id.then_some("x-request-id");
        let exposed: Vec<_> =
            own.into_iter().chain(settings.cors_expose.iter().flatten().map(String::as_str)).collect();
        Some(Self {
            exposed: HeaderValue::from_str(&exposed.join(", ")).ok().filter(|names| !names.is_empty()),
            origins: (!named.iter().any(|origin| origin == "*")).then(|| origins(settings)),
            credentials: settings.cors_credentials,
            max_age: settings.cors_max_age.as_secs().into(),
        })
    }

    /// The request's origin, where its pages may read the answer.
    pub(super) fn allowed(&self, head: &Head) -> Option<HeaderValue> {
        let origin = head.headers.get(ORIGIN)?;
        match &self.origins {
            None => Some(HeaderValue::from_static("*")),
            // As the browser says it, which is what it compares the answer with.
            Some(origins) => {
                let asked = Origin::parse(origin.to_str().ok()?)?;
                origins.contains(&asked).then(|| origin.clone())
            }
        }
    }

    /// The answer to a browser that asks before it sends: the application never sees it.
    pub(super) fn preflight(&self, head: &Head) -> Option<Response> {
        let asks = head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.allowed(head).is_none() {
            return None;
        }
        let mut response = empty(StatusCode::NO_CONTENT);
        let headers = response.headers_mut();
        let methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
        if let Some(wanted) = head.headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        Some(response)
    }

    /// On every answer, whether or not its request had an origin: a cache must not give one to the other.
    ///
    /// A handler that names an origin itself decides about credentials too: the two go together.
    pub(super) fn decorate(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if self.origins.is_some() {
            vary(headers, "origin");
        }
        let Some(origin) = origin else { return };
        if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if self.credentials {
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
        }
        if let Some(exposed) = &self.exposed {
            let all = with_names_of(exposed, headers.get_all(ACCESS_CONTROL_EXPOSE_HEADERS));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, all);
        }
    }
}

/// The names of the server on one line with those that a handler exposes.
fn with_names_of(ours: &HeaderValue, theirs: GetAll<'_, HeaderValue>) -> HeaderValue {
    let lines: Vec<&[u8]> = theirs.iter().map(HeaderValue::as_bytes).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return ours.clone();
    }
    let all = lines.into_iter().chain([ours.as_bytes()]).collect::<Vec<_>>().join(&b", "[..]);
    HeaderValue::from_bytes(&all).unwrap_or_else(|_| ours.clone())
}
