//! Where an error becomes a response: the client gets the safe sentence, the log gets the chain, once.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};

use super::{Failure, Response, fill, filled, spoken};
use crate::context::{self, Id};
use crate::error::{Error, Kind};
use crate::record;

/// The response to a failed request, with the id of the request that is being handled.
///
/// Without the feature `causality` nobody carries the id this far: the header `x-request-id` alone has it then.
#[expect(clippy::needless_pass_by_value, reason = "an error ends here: what was logged must not be logged again")]
pub fn failure(error: Error) -> Response {
    failure_of(&error, context::current_id().as_ref())
}

/// The same for code that has the id in hand.
pub(crate) fn failure_of(error: &Error, id: Option<&Id>) -> Response {
    let status = error.status();
    let shown = id.map(tracing::field::display);
    // What a client may cause as often as it likes is nothing that an operator must read.
    if error.kind() == Kind::NotImplemented || status < 500 {
        tracing::debug!(status, request_id = shown, "request refused: {error}");
    } else {
        tracing::error!(status, request_id = shown, "request failed: {error}");
        record::failed(error);
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (media_type, body) = (spoken().failure)(&Failure::new(error, id));
    let mut response = filled(|response| fill(response, status, media_type, body));
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110, 15.5.2: a 401 says how to sign in.
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
