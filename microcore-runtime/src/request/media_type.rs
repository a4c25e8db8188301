//! What a body says it is. In: the headers. Out: whether that is what the handler reads; 415 where it is not.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::{Head, parameters};
use crate::error::{Error, Kind, Result};

/// What a handler reads as its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    Json,
    Form,
    #[cfg(feature = "multipart")]
    Multipart,
}

impl MediaType {
    /// `Ok(true)`: the body says that it is this; `Ok(false)`: it says nothing.
    pub(super) fn is_declared(self, headers: &HeaderMap) -> Result<bool> {
        let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(false) };
        let text = value.to_str().unwrap_or_default();
        let essence = parameters::essence(text);
        if self.matches(essence) {
            return Ok(true);
        }
        Err(unsupported(format!("{}, not `{essence}`", self.wanted())))
    }

    /// 415 for a body that says nothing.
    pub(super) fn undeclared(self) -> Error {
        unsupported(self.wanted())
    }

    fn matches(self, essence: &str) -> bool {
        match self {
            Self::Json => is_json(essence),
            Self::Form => essence.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
            #[cfg(feature = "multipart")]
            Self::Multipart => essence.eq_ignore_ascii_case("multipart/form-data"),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Json => "the body must be JSON: send `content-type: application/json`",
            Self::Form => "the body must be a form: send `content-type: application/x-www-form-urlencoded`",
            #[cfg(feature = "multipart")]
            Self::Multipart => "the body must be multipart: send `content-type: multipart/form-data; boundary=…`",
        }
    }
}

/// Whether a body says that it is JSON, for whoever reads it by itself; 415 where it says that it is something else.
pub fn declares_json(head: &Head) -> Result<bool> {
    MediaType::Json.is_declared(&head.headers)
}

/// 415 for a body that does not say what it is.
pub fn undeclared_json() -> Error {
    MediaType::Json.undeclared()
}

fn is_json(essence: &str) -> bool {
    const PREFIX: usize = "application/".len();
    let Some((kind, subtype)) = essence.split_at_checked(PREFIX) else { return false };
    let suffix = subtype.len().checked_sub("+json".len()).and_then(|at| subtype.get(at..));
    kind.eq_ignore_ascii_case("application/")
        && (subtype.eq_ignore_ascii_case("json") || suffix.is_some_and(|end| end.eq_ignore_ascii_case("+json")))
}

fn unsupported(message: impl Into<Cow<'static, str>>) -> Error {
    Error::of(Kind::UnsupportedMediaType, message)
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_application_json_and_everything_built_on_it() {
        for right in ["application/json", "Application/JSON", "application/problem+json"] {
            assert!(is_json(right), "{right}");
        }
        for wrong in ["", "text/json", "application/jsonp", "application/xml", "json", "application/é"] {
            assert!(!is_json(wrong), "{wrong}");
        }
    }
}
