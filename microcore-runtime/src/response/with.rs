//! A reply with more than its body: cookies, headers, another status.

use std::borrow::Cow;
use std::marker::PhantomData;

use cookie::{Cookie, SameSite};
use http::header::{HeaderName, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use super::reply::Reply;
use super::{ReplyForm, Response, failure};
use crate::error::Error;
use crate::manifest::ShapeOf;

/// A reply with cookies, headers or a status of its own.
///
/// ```
/// use microcore_runtime::response::{Cookie, With};
///
/// let reply = With::new("signed in").cookie(Cookie::new("session", "secret")).header("cache-control", "no-store");
/// ```
#[derive(Debug)]
pub struct With<T> {
    value: T,
    status: Option<u16>,
    headers: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

impl<T> With<T> {
    /// The reply as it is.
    pub fn new(value: T) -> Self {
        Self { value, status: None, headers: Vec::new() }
    }

    /// Sets a cookie. What it leaves open is `HttpOnly; Secure; SameSite=Lax; Path=/`; its value is percent-encoded.
    #[must_use]
    pub fn cookie(self, mut cookie: Cookie<'_>) -> Self {
        cookie.set_http_only(cookie.http_only().unwrap_or(true));
        cookie.set_secure(cookie.secure().unwrap_or(true));
        cookie.set_same_site(cookie.same_site().unwrap_or(SameSite::Lax));
        let path = cookie.path().unwrap_or("/").to_owned();
        cookie.set_path(path);
        let text = cookie.encoded().to_string();
        self.header("set-cookie", text)
    }

    /// Adds a header; one that the reply has already is replaced.
    #[must_use]
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Another status than the route's.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

/// Kind: that of the reply inside.
#[derive(Debug)]
pub struct Dressed<Kind>(PhantomData<Kind>);

impl<Kind, T: Reply<Kind>> Reply<Dressed<Kind>> for With<T> {
    const SHAPE: Option<ShapeOf> = T::SHAPE;
    const STATUS: Option<u16> = T::STATUS;
    const FORM: ReplyForm = T::FORM;

    fn into_response(self, status: StatusCode) -> Response {
        let status = self.status.map_or(Ok(status), StatusCode::from_u16);
        let Ok(status) = status else { return failure(Error::internal("a reply has an impossible status")) };
        let mut response = self.value.into_response(status);
        // Where making the response failed, that failure is the answer, and nothing is set.
        if response.status().is_server_error() && !status.is_server_error() {
            return response;
        }
        for (name, value) in self.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(&value).ok());
            // A line break in it would be a header of an attacker's.
            let Some((header, value)) = parsed else {
                return failure(Error::internal(format!("`{name}` is no header with the value {value:?}")));
            };
            if header == SET_COOKIE {
                response.headers_mut().append(header, value);
            } else {
                response.headers_mut().insert(header, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::{NoContent, reply};

    #[test]
    fn a_cookie_is_safe_unless_it_says_otherwise() {
        let set = |cookie| {
            let response = reply(200, With::new(NoContent).cookie(cookie));
            response.headers()[SET_COOKIE].to_str().unwrap().to_owned()
        };
        assert_eq!(set(Cookie::new("a", "b; c")), "a=b%3B%20c; HttpOnly; SameSite=Lax; Secure; Path=/");
        let open = Cookie::build(("a", "b")).http_only(false).secure(false).same_site(SameSite::Strict).path("/x");
        assert_eq!(set(open.build()), "a=b; SameSite=Strict; Path=/x");
    }

    #[test]
    fn a_header_with_a_line_break_is_our_fault() {
        let response = reply(200, With::new(NoContent).header("x-note", "a\r\nset-cookie: b"));
        assert_eq!((response.status().as_u16(), response.headers().get("x-note")), (500, None));
        let twice = reply(200, With::new("x").status(202).header("x-a", "1").header("x-a", "2"));
        assert_eq!((twice.status().as_u16(), twice.headers()["x-a"].as_bytes()), (202, &b"2"[..]));
    }
}
