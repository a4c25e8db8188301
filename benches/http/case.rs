//! What is asked for, as wrk and as a plain client send it.

use crate::generate;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Plaintext,
    Json,
    Path,
    Body,
    NotFound,
    /// An answer of a mebibyte.
    Large,
    /// One of so many routes with a parameter.
    Routes(usize),
}

const BODY: &str = r#"{"name":"Ana Maria","email":"ana.maria@example.com"}"#;

impl Case {
    pub(crate) const ALL: [Self; 7] =
        [Self::Plaintext, Self::Json, Self::Path, Self::Body, Self::NotFound, Self::Routes(100), Self::Large];
    /// Without the large answer: the processor copies it with one instruction, which callgrind counts once per byte.
    pub(crate) const COUNTED: [Self; 6] =
        [Self::Plaintext, Self::Json, Self::Path, Self::Body, Self::NotFound, Self::Routes(100)];

    pub(crate) fn name(self) -> String {
        match self {
            Self::Plaintext => "plaintext".to_owned(),
            Self::Json => "small JSON".to_owned(),
            Self::Path => "path parameter".to_owned(),
            Self::Body => "JSON in and out, validated".to_owned(),
            Self::NotFound => "404".to_owned(),
            Self::Large => "1 MiB".to_owned(),
            Self::Routes(routes) => format!("{routes} routes"),
        }
    }

    /// Which program it is asked of: the one with so many routes.
    pub(crate) fn routes(self) -> usize {
        if let Self::Routes(routes) = self { routes } else { 10 }
    }

    /// The paths that are asked for in turn.
    pub(crate) fn paths(self) -> Vec<String> {
        match self {
            Self::Plaintext => vec!["/plaintext".to_owned()],
            Self::Json => vec!["/json".to_owned()],
            Self::Path => vec!["/users/4711".to_owned()],
            Self::Body => vec!["/users".to_owned()],
            Self::NotFound => vec!["/nobody/is/here".to_owned()],
            Self::Large => vec!["/large".to_owned()],
            Self::Routes(routes) => {
                (0..routes).map(|number| format!("/api/v1/{}/4711", generate::resource(number))).collect()
            }
        }
    }

    /// The bytes of a request, as a browser's script or another service would send them.
    pub(crate) fn request(self, path: &str) -> String {
        let head = "host: 127.0.0.1\r\naccept: */*\r\nuser-agent: bench\r\n";
        if self == Self::Body {
            let length = BODY.len();
            let kind = "content-type: application/json";
            return format!("POST {path} HTTP/1.1\r\n{head}{kind}\r\ncontent-length: {length}\r\n\r\n{BODY}");
        }
        format!("GET {path} HTTP/1.1\r\n{head}\r\n")
    }

    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Body => 201,
            Self::NotFound => 404,
            _ => 200,
        }
    }

    /// Beside wrk's own request, where that is not enough.
    pub(crate) fn script(self) -> Option<&'static str> {
        match self {
            Self::Body => Some("create.lua"),
            Self::Routes(_) => Some("routes.lua"),
            _ => None,
        }
    }
}
