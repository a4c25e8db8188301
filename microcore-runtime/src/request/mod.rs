//! What a handler may ask for: the head of the request, its body, and the inputs read from them.

mod accepted;
mod body;
mod claims;
mod content_coding;
mod cookies;
mod decoding;
mod extract;
mod form;
mod host;
mod inputs;
mod json;
mod limits;
mod media_type;
#[cfg(feature = "multipart")]
mod multipart;
mod origin;
mod param;
mod parameters;
mod path;
mod patience;
mod query;
mod rest;
mod text;
mod token_places;
pub(crate) mod urlencoded;
mod version;

pub(crate) use self::accepted::AcceptedCodings;
pub use self::body::{Body, BodyError};
pub use self::claims::{Authenticate, token_places};
pub(crate) use self::claims::{read as read_claims, role_of};
pub use self::cookies::Cookies;
pub use self::extract::{Extract, ExtractFacts};
pub(crate) use self::host::{host, hosts};
pub use self::inputs::Inputs;
pub use self::json::json_of;
#[cfg(feature = "ws")]
pub(crate) use self::json::value as json_value;
pub use self::limits::Limits;
pub use self::media_type::{declares_json, undeclared_json};
#[cfg(feature = "multipart")]
pub use self::multipart::{Files, Part};
pub(crate) use self::origin::{Origin, Scheme};
pub use self::param::FromParam;
#[cfg(test)]
pub(crate) use self::query::reads_nothing;
pub use self::query::{FromQuery, Occurrences};
pub(crate) use self::rest::Rest;
pub use self::token_places::TokenPlaces;
pub(crate) use self::token_places::{Place, bearer};
pub use self::version::Version;
pub(crate) use self::version::{GZIPPED, Tags};

pub use bytes::Bytes;

use crate::error::{Error, FieldError};

/// Method, target and headers of a request.
pub type Head = http::request::Parts;

/// The headers of a request; names are matched without regard to case.
pub type Headers = http::HeaderMap;

/// Of an escape that is none as well.
const NOT_UTF8: &str = "must be percent-encoded UTF-8";

/// The field that one of serde's own sentences names: "missing field `name`".
fn quoted_field(message: &str) -> Option<&str> {
    let rest = ["missing field `", "unknown field `", "duplicate field `"]
        .into_iter()
        .find_map(|start| message.strip_prefix(start))?;
    rest.split_once('`').map(|(name, _)| name)
}

/// 422 with every field that is to blame.
fn unprocessable(fields: Vec<FieldError>) -> Error {
    let said: Vec<String> = fields.iter().map(ToString::to_string).collect();
    Error::unprocessable(said.join("; ")).with_fields(fields)
}
