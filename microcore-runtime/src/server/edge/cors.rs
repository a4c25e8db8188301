//! Which pages of other sites may read answers. In: the origin that a browser sends. Out: the headers that let it.
//!
//! The Fetch standard has the rules. Without `HTTP_CORS_ORIGINS` no header is sent, and browsers keep answers from
//! foreign pages.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::request::Head;
use crate::response::{Response, empty};
use crate::server::ServerSettings;
use crate::server::origin::origins;

#[derive(Debug)]
pub(super) struct Cors {
    /// `None` for every origin.
    origins: Option<Vec<HeaderValue>>,
    credentials: bool,
    max_age: HeaderValue,
}

impl Cors {
    pub(super) fn of(settings: &ServerSettings) -> Option<Self> {
        let named = settings.cors_origins.as_deref().filter(|origins| !origins.is_empty())?;
        Some(Self {
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
            Some(origins) => origins.iter().find(|known| *known == origin).cloned(),
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
    pub(super) fn decorate(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if self.origins.is_some() {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        let Some(origin) = origin else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("x-request-id"));
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}
