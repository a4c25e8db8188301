//! Where a token stands in a request, and all that follows from it: how it is found, what a 401 tells, what the document
//! says. In: a declaration. Out: a token, a challenge, security schemes.

use std::borrow::Cow;

use form_urlencoded::parse;
use http::header::{ACCEPT, AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{Cookies, Head};
use crate::error::{Error, Result};

/// Where a token may stand; the first place that has one counts.
///
/// The default is `authorization: Bearer …`. With a header goes what a page offers with a socket, for which it can set no
/// header: a subprotocol `bearer.` and the token.
///
/// ```
/// use microcore_runtime::request::TokenPlaces;
///
/// let places = TokenPlaces::authorization("Token").or_cookie("session");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPlaces(Vec<Place>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Behind the scheme, where there is one; else the token is the whole value.
    Header {
        name: HeaderName,
        scheme: Option<Cow<'static, str>>,
    },
    Cookie(String),
    /// Of requests that last, where a browser can set no header.
    Query(String),
}

impl Default for TokenPlaces {
    fn default() -> Self {
        Self::authorization("Bearer")
    }
}

impl TokenPlaces {
    /// `authorization` with this scheme: `Bearer`, `Token`.
    pub fn authorization(scheme: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Place::Header { name: AUTHORIZATION, scheme: Some(scheme.into()) }])
    }

    /// A header whose value is the token.
    pub fn header(name: HeaderName) -> Self {
        Self(vec![Place::Header { name, scheme: None }])
    }

    /// A header whose value is a scheme and the token.
    pub fn header_with(name: HeaderName, scheme: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Place::Header { name, scheme: Some(scheme.into()) }])
    }

    #[doc(hidden)]
    /// As the settings of the framework's own tool say it. `authorization` always has a scheme, by default `Bearer`.
    pub fn by_settings(header: HeaderName, scheme: Option<&str>, cookie: Option<&str>, query: Option<&str>) -> Self {
        let usual = (header == AUTHORIZATION).then_some("Bearer");
        let mut places = match scheme.or(usual) {
            Some(scheme) => Self::header_with(header, scheme.to_owned()),
            None => Self::header(header),
        };
        places.0.extend(cookie.map(|name| Place::Cookie(name.to_owned())));
        places.0.extend(query.map(|name| Place::Query(name.to_owned())));
        places
    }

    /// Where there is none, in another place.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Where there is none, in a cookie. One that may change something needs the header `x-requested-with` then.
    #[must_use]
    pub fn or_cookie(mut self, name: impl Into<String>) -> Self {
        self.0.push(Place::Cookie(name.into()));
        self
    }

    /// Where there is none, in a parameter of the query: of sockets and of streams of events, and of nothing else,
    /// because addresses are kept in histories and in the logs of proxies.
    #[must_use]
    pub fn or_query(mut self, name: impl Into<String>) -> Self {
        self.0.push(Place::Query(name.into()));
        self
    }

    /// All of them, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.0.iter()
    }

    /// The token of a request; 401 for a cookie that must not be believed.
    pub(super) fn find<'h>(&self, head: &'h Head) -> Result<Option<Cow<'h, str>>> {
        for place in &self.0 {
            let found = match place {
                Place::Header { name, scheme } => {
                    sent(&head.headers, name, scheme.as_deref()).or_else(|| offered(&head.headers)).map(Cow::Borrowed)
                }
                Place::Cookie(name) => cookie(head, name)?,
                Place::Query(name) => queried(head, name),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What a 401 says about how to sign in: RFC 9110, 11.6.1. A place that no scheme belongs to is named.
    pub(crate) fn challenge(&self) -> Option<HeaderValue> {
        let said = match self.0.first()? {
            Place::Header { scheme: Some(scheme), .. } => scheme.to_string(),
            Place::Header { name, .. } => format!("ApiKey header=\"{name}\""),
            Place::Cookie(name) => format!("Cookie name=\"{name}\""),
            Place::Query(name) => format!("ApiKey query=\"{name}\""),
        };
        HeaderValue::from_str(&said).ok()
    }
}

/// The token of a header, such as `authorization: Bearer …`.
fn sent<'h>(headers: &'h HeaderMap, name: &HeaderName, scheme: Option<&str>) -> Option<&'h str> {
    let value = headers.get(name)?.to_str().ok()?;
    let Some(scheme) = scheme else { return Some(value.trim()).filter(|token| !token.is_empty()) };
    let (word, token) = value.split_once(' ')?;
    word.eq_ignore_ascii_case(scheme).then(|| token.trim())
}

/// The token of `authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    sent(headers, &AUTHORIZATION, Some("Bearer"))
}

/// The token that the handshake of a socket offers as a subprotocol: `bearer.` and the token.
fn offered(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter().filter_map(|line| line.to_str().ok());
    lines.find_map(|line| line.split(',').find_map(|one| one.trim().strip_prefix("bearer.")))
}

/// A cookie is sent by the browser whoever made it send the request, so one that may change something needs
/// `x-requested-with`, which no foreign page can set without leave.
fn cookie<'h>(head: &'h Head, name: &str) -> Result<Option<Cow<'h, str>>> {
    let Some(token) = Cookies::of(&head.headers).get(name).map(str::to_owned) else { return Ok(None) };
    let is_safe = matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || head.headers.contains_key("x-requested-with") {
        return Ok(Some(token.into()));
    }
    Err(Error::unauthorized("a token in a cookie needs the header `x-requested-with` here"))
}

fn queried<'h>(head: &'h Head, name: &str) -> Option<Cow<'h, str>> {
    let accepts = head.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let lasts =
        head.headers.contains_key(UPGRADE) || accepts.is_some_and(|accept| accept.contains("text/event-stream"));
    let query = head.uri.query().filter(|_| lasts && head.method == Method::GET)?;
    parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn found(places: &TokenPlaces, target: &str, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut head = Request::get(target).body(()).unwrap().into_parts().0;
        head.headers.extend(
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
        );
        places.find(&head).unwrap().map(Cow::into_owned)
    }

    #[test]
    fn a_token_stands_where_it_is_declared_and_nowhere_else() {
        let token = TokenPlaces::authorization("Token");
        assert_eq!(found(&token, "/", &[("authorization", "token  abc ")]).unwrap(), "abc");
        assert_eq!(found(&token, "/", &[("authorization", "Bearer abc")]), None);
        assert_eq!(found(&token, "/", &[("authorization", "Tokenabc")]), None);
        assert_eq!(token.challenge().unwrap(), "Token");
        let key = TokenPlaces::header(HeaderName::from_static("x-api-key")).or(TokenPlaces::default());
        assert_eq!(found(&key, "/", &[("x-api-key", "abc"), ("authorization", "Bearer d")]).unwrap(), "abc");
        assert_eq!(found(&key, "/", &[("x-api-key", ""), ("authorization", "Bearer d")]).unwrap(), "d");
        assert_eq!(key.challenge().unwrap(), "ApiKey header=\"x-api-key\"");
    }

    #[test]
    fn the_query_has_one_for_requests_that_last_only() {
        let places = TokenPlaces::default().or_query("key");
        assert_eq!(found(&places, "/?key=a%2Eb", &[("accept", "text/event-stream")]).unwrap(), "a.b");
        assert_eq!(found(&places, "/?key=a", &[("upgrade", "websocket")]).unwrap(), "a");
        assert_eq!(found(&places, "/?key=a", &[("accept", "application/json")]), None);
        assert_eq!(found(&TokenPlaces::default(), "/?key=a", &[("upgrade", "websocket")]), None);
    }
}
