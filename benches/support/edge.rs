//! The settings of an application with nothing around its routes.

/// Everything that can be switched off, off: what is left is the way to the handler.
pub(crate) const EDGE_OFF: [(&str, &str); 7] = [
    ("HTTP_DOCS", "false"),
    ("HTTP_REQUEST_ID", "false"),
    ("HTTP_SECURITY_HEADERS", "false"),
    ("HTTP_IDLE_TIMEOUT", "0s"),
    ("HTTP_HEADER_TIMEOUT", "0s"),
    ("HTTP_WRITE_TIMEOUT", "0s"),
    ("HTTP_BODY_TIMEOUT", "0s"),
];
