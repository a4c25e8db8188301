//! The closed set of failure kinds, with the status and the code of each.

/// What kind of failure an [`Error`](super::Error) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// 400: malformed request.
    BadRequest,
    /// 401: nobody is signed in.
    Unauthorized,
    /// 403: not allowed.
    Forbidden,
    /// 404: no such thing.
    NotFound,
    /// 405: the path exists, the method does not.
    MethodNotAllowed,
    /// 408: the client sends too slowly.
    RequestTimeout,
    /// 409: contradicts what is stored.
    Conflict,
    /// 412: the request is about another version than there is.
    PreconditionFailed,
    /// 413: the body is over the limit.
    PayloadTooLarge,
    /// 415: the body is of another media type than the route reads.
    UnsupportedMediaType,
    /// 421: the request is for another host than is served.
    MisdirectedRequest,
    /// 422: well-formed, not acceptable.
    Unprocessable,
    /// 426: this route speaks another protocol.
    UpgradeRequired,
    /// 429: too many requests.
    TooManyRequests,
    /// 500: our fault; opaque to the client.
    Internal,
    /// 501: the request is coded in a way that the server does not undo.
    NotImplemented,
    /// 503: something is down; opaque to the client.
    Unavailable,
}

impl Kind {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::MisdirectedRequest => 421,
            Self::Unprocessable => 422,
            Self::UpgradeRequired => 426,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::NotImplemented => 501,
            Self::Unavailable => 503,
        }
    }

    /// The `error.code` of the envelope: stable, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RequestTimeout => "request_timeout",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition_failed",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::MisdirectedRequest => "misdirected_request",
            Self::Unprocessable => "unprocessable",
            Self::UpgradeRequired => "upgrade_required",
            Self::TooManyRequests => "too_many_requests",
            Self::Internal => "internal",
            Self::NotImplemented => "not_implemented",
            Self::Unavailable => "unavailable",
        }
    }

    /// What the client reads instead of the message, where the message is for the log only.
    pub(crate) fn opaque_message(self) -> Option<&'static str> {
        match self {
            Self::Internal => Some("internal error"),
            Self::Unavailable => Some("temporarily unavailable"),
            _ => None,
        }
    }
}
