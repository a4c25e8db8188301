//! What a handler may ask for: the head of the request, its body, and the inputs read from them.

mod body;
mod decoding;
mod inputs;
mod json;
mod param;
mod path;
mod query;
mod query_struct;

pub use self::body::Body;
pub use self::inputs::Inputs;
pub use self::param::FromParam;
pub use self::query::{FromQuery, Occurrences};

/// Method, target and headers of a request.
pub type Head = http::request::Parts;

/// The headers of a request; names are matched without regard to case.
pub type Headers = http::HeaderMap;

const NOT_UTF8: &str = "must be UTF-8";

/// The field that one of serde's own sentences names: "missing field `name`".
fn quoted_field(message: &str) -> Option<&str> {
    let rest = ["missing field `", "unknown field `", "duplicate field `"]
        .into_iter()
        .find_map(|start| message.strip_prefix(start))?;
    rest.split_once('`').map(|(name, _)| name)
}
