//! A reply with more than its body: cookies, headers, another status.

use std::borrow::Cow;
use std::marker::PhantomData;

use http::header::{CONTENT_TYPE, ETAG, HeaderName, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use super::reply::Reply;
use super::{Content, Cookie, Replies, ReplyForm, Response, disposition, failure};
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
    pub fn cookie(self, cookie: Cookie<'_>) -> Self {
        self.header("set-cookie", cookie.or_safe().to_string())
    }

    /// Adds a header; one that the reply has already is replaced.
    #[must_use]
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// To be saved by a browser, under this name: `content-disposition`, in any script.
    #[must_use]
    pub fn attachment(self, name: &str) -> Self {
        self.header("content-disposition", disposition::attachment(name))
    }

    /// To be shown by a browser, and saved under this name where its user saves it.
    #[must_use]
    pub fn inline(self, name: &str) -> Self {
        self.header("content-disposition", disposition::inline(name))
    }

    /// Another status than the route's: a final one, from 200 to 599. With 204, 205 and 304 the value must be nothing, such
    /// as `()` or [`NoContent`](super::NoContent).
    ///
    /// Anything else is a 500, and the log has the reason.
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
    const VERSIONED: bool = T::VERSIONED;

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        let (mut response, status) = match self.status {
            None => (self.value.into_response::<S>(status), status),
            Some(own) => {
                let Some(own) = Some(own).filter(|own| is_final(*own)).and_then(|own| StatusCode::from_u16(own).ok())
                else {
                    let said = format!("a reply has the status {own}; it must be from 200 to 599");
                    return failure(Error::internal(said));
                };
                // Not made with the status: some are without content whatever the value is, and a value must not get lost.
                let mut response = self.value.into_response::<S>(status);
                // What has a status of its own keeps it: a file that is not sent again is 304.
                if response.status() == status {
                    *response.status_mut() = own;
                    leave_out_nothing::<S>(&mut response);
                }
                (response, own)
            }
        };
        // Where making the response failed, that failure is the answer, and nothing is set.
        if response.status().is_server_error() && !status.is_server_error() {
            return response;
        }
        let mut is_versioned = false;
        for (name, value) in self.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(&value).ok());
            // A line break in it would be a header of an attacker's.
            let Some((header, value)) = parsed else {
                return failure(Error::internal(format!("`{name}` is no header with the value {value:?}")));
            };
            is_versioned |= header == ETAG;
            if header == SET_COOKIE {
                response.headers_mut().append(header, value);
            } else {
                response.headers_mut().insert(header, value);
            }
        }
        if is_versioned { response.map(Content::versioned) } else { response }
    }
}

/// Whether an answer can end with it.
pub(crate) fn is_final(status: u16) -> bool {
    (200..600).contains(&status)
}

/// JSON of nothing is nothing, where the status has no content.
fn leave_out_nothing<S: Replies>(response: &mut Response) {
    let says_nothing = response.body().whole().is_some_and(|bytes| S::json(&()).is_ok_and(|nothing| *bytes == nothing));
    if says_nothing && matches!(response.status().as_u16(), 204 | 205 | 304) {
        *response.body_mut() = Content::default();
        response.headers_mut().remove(CONTENT_TYPE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::{NoContent, SameSite, reply};

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
    fn a_status_that_ends_no_answer_is_our_fault() {
        for status in [0, 99, 100, 101, 103, 199, 600, 999, 1000] {
            let response = reply(200, With::new("x").status(status).header("x-a", "1"));
            assert_eq!((response.status().as_u16(), response.headers().get("x-a")), (500, None), "{status}");
        }
        for status in [200, 299, 418, 599] {
            assert_eq!(reply(200, With::new("x").status(status)).status(), status);
        }
    }

    #[test]
    fn a_status_without_content_goes_with_nothing_only() {
        for status in [204, 205, 304] {
            let response = reply(200, With::new(()).status(status));
            assert_eq!((response.status().as_u16(), response.body().is_empty()), (status, true));
            assert!(!response.headers().contains_key(CONTENT_TYPE));
        }
        assert_eq!(reply(200, With::new(NoContent).status(204)).status(), 204);
    }

    #[test]
    fn a_header_with_a_line_break_is_our_fault() {
        let response = reply(200, With::new(NoContent).header("x-note", "a\r\nset-cookie: b"));
        assert_eq!((response.status().as_u16(), response.headers().get("x-note")), (500, None));
        let twice = reply(200, With::new("x").status(202).header("x-a", "1").header("x-a", "2"));
        assert_eq!((twice.status().as_u16(), twice.headers()["x-a"].as_bytes()), (202, &b"2"[..]));
    }
}
