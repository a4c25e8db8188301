//! `/system/api/requests`: the requests that are recorded, the latest first; and one of them with everything that it led
//! to.

use super::{Answering, Asking, Page, told};
use crate::error::Error;
use crate::record::{Causal, Request, about, requests};
use crate::request::{Body, Inputs};

/// So many are told.
const MOST: usize = 200;

/// With `route`, `status` (`500`, `5xx`) and `slow` (milliseconds at least), those that match.
pub(super) const LIST: Page = Page::shows("/system/api/requests", list);
/// By the id of a request or an event, or a trace's.
pub(super) const ONE: Page = Page::shows("/system/api/requests/{}", one);

fn list(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::new(asking.head, Body::of(""));
        let route = inputs.query::<Option<String>>("route");
        let status = inputs.query::<Option<String>>("status");
        let slow = inputs.query::<Option<u64>>("slow");
        let (Some(route), Some(status), Some(slow)) = (route, status, slow) else { return Ok(inputs.refuse()) };
        if let Some(status) = &status
            && !is_pattern(status)
        {
            return Err(Error::bad_request("query parameter `status` must be as 500 or 5xx"));
        }
        let is_it = |request: &Request| {
            let text = request.status.to_string();
            route.as_ref().is_none_or(|route| format!("{} {}", request.method, request.path).trim() == route)
                && status.as_ref().is_none_or(|status| text.starts_with(status.trim_end_matches('x')))
                && slow.is_none_or(|slow| request.micros >= slow.saturating_mul(1000))
        };
        told(&requests().into_iter().rev().filter(is_it).take(MOST).collect::<Vec<_>>())
    })
}

/// What `is_pattern` takes, for the document.
pub(in crate::system) const STATUSES: &str = "^[0-9]([0-9][0-9x]|xx)$";

/// `500`, `50x` or `5xx`.
fn is_pattern(status: &str) -> bool {
    let digits = status.trim_end_matches('x');
    status.len() == 3 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn one(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let bus = asking.shown.inside.bus().ok();
        let events = bus.map(|bus| bus.deliveries().trace().records()).unwrap_or_default();
        let causal: Option<Causal> = about(asking.argument, events);
        told(&causal.ok_or_else(|| Error::not_found(format!("a record of {}", asking.argument)))?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_three_digits_or_begins_so() {
        for (status, is) in [("500", true), ("50x", true), ("5xx", true), ("xxx", false), ("5", false), ("5x0", false)]
        {
            assert_eq!(is_pattern(status), is, "{status}");
        }
    }
}
