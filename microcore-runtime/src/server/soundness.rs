//! What no handler may answer, whichever way it made its response. In: an answer. Out: the same, or a failure of ours.
//!
//! An answer that HTTP does not have would end the connection or be taken for another one: an interim status is followed
//! by a second head, and the bytes behind one without content begin the next answer.

use http::StatusCode;
use http::header::SEC_WEBSOCKET_ACCEPT;
use hyper::body::Body as _;

use crate::context::Id;
use crate::error::Error;
use crate::response::{Response, failure_of, is_final};

/// Makes what can't be sent a 500, with the reason in the log.
pub(super) fn hold_to(response: &mut Response, id: &Id) {
    let status = response.status();
    let opens_socket =
        status == StatusCode::SWITCHING_PROTOCOLS && response.headers().contains_key(SEC_WEBSOCKET_ACCEPT);
    let said = if !is_final(status.as_u16()) && !opens_socket {
        format!("a handler answered with the status {}; it must be from 200 to 599", status.as_u16())
    } else if has_no_content(status) && !response.body().is_end_stream() {
        format!("a handler answered with the status {} and a body, which that status never has", status.as_u16())
    } else {
        return;
    };
    *response = failure_of(&Error::internal(said), Some(id));
}

/// RFC 9110, 15.3.5, 15.3.6 and 15.4.5.
fn has_no_content(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}
