//! When a call is tried again, and after how long. In: how a try ended. Out: a pause, or that this is the end.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{Method, StatusCode};

use super::Trouble;
use super::reply::Reply;

/// The pause before the first repetition; it doubles with each.
const FIRST: Duration = Duration::from_millis(100);

/// The longest pause that is our own choice.
const LONGEST: Duration = Duration::from_secs(5);

/// What is to be done about a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// That was it.
    Done,
    /// Once more, after this pause.
    Again(Duration),
}

/// Whether a call with this method may arrive twice: RFC 9110, 9.2.2.
pub(super) fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS | Method::TRACE)
}

/// Whether the end of a try speaks against the host.
pub(super) fn is_failure(tried: &Result<impl Reply, Trouble>) -> bool {
    match tried {
        Ok(answer) => answer.status().is_server_error(),
        Err(Trouble::NotSent(_) | Trouble::Broken(_)) => true,
        Err(Trouble::Final(_)) => false,
    }
}

/// Judges a try that was the `number`th, counted from 0.
pub(super) fn judge(tried: &Result<impl Reply, Trouble>, repeatable: bool, number: u32) -> Verdict {
    match tried {
        Err(Trouble::NotSent(_)) => Verdict::Again(backoff(number)),
        Err(Trouble::Broken(_)) if repeatable => Verdict::Again(backoff(number)),
        Ok(answer) if repeatable && may_change(answer.status()) => {
            Verdict::Again(retry_after(answer, SystemTime::now()).unwrap_or_else(|| backoff(number)))
        }
        _ => Verdict::Done,
    }
}

/// What another try may be answered otherwise.
fn may_change(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// What the other asks for: seconds, or a time. RFC 9110, 10.2.3.
fn retry_after(answer: &impl Reply, now: SystemTime) -> Option<Duration> {
    let text = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let time = httpdate::parse_http_date(text).ok()?;
    Some(time.duration_since(now).unwrap_or_default())
}

/// Half of the doubled pause at least, so that many callers do not come back at one time.
fn backoff(number: u32) -> Duration {
    let whole = FIRST.saturating_mul(2_u32.saturating_pow(number)).min(LONGEST);
    let mut byte = [0];
    // Without random numbers all come back at one time, which is no failure.
    let _ = getrandom::fill(&mut byte);
    whole / 2 + whole.mul_f64(f64::from(byte[0]) / 510.0)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::super::Answer;
    use super::*;

    fn answer(status: u16, after: Option<&str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(after) = after {
            headers.insert(RETRY_AFTER, HeaderValue::from_str(after).unwrap());
        }
        Answer::of("a", StatusCode::from_u16(status).unwrap(), headers, "")
    }

    #[test]
    fn only_what_may_arrive_twice_and_may_change_is_repeated() {
        for status in [408, 429, 502, 503, 504] {
            assert_ne!(judge(&Ok(answer(status, None)), true, 0), Verdict::Done, "{status}");
            assert_eq!(judge(&Ok(answer(status, None)), false, 0), Verdict::Done, "{status}");
        }
        for status in [200, 301, 400, 404, 409, 500, 501] {
            assert_eq!(judge(&Ok(answer(status, None)), true, 0), Verdict::Done, "{status}");
        }
        let none = |trouble: Trouble| Err::<Answer, _>(trouble);
        assert_ne!(judge(&none(Trouble::NotSent("a".into())), false, 0), Verdict::Done);
        assert_eq!(judge(&none(Trouble::Broken("a".into())), false, 0), Verdict::Done);
        assert_ne!(judge(&none(Trouble::Broken("a".into())), true, 0), Verdict::Done);
    }

    #[test]
    fn the_other_decides_when_and_else_the_pause_doubles() {
        let pause = |after: &str| judge(&Ok(answer(503, Some(after))), true, 0);
        assert_eq!(pause("7"), Verdict::Again(Duration::from_secs(7)));
        assert_eq!(pause("Wed, 21 Oct 2015 07:28:00 GMT"), Verdict::Again(Duration::ZERO));
        let now = httpdate::parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT").unwrap();
        let later = answer(503, Some("Wed, 21 Oct 2015 07:28:09 GMT"));
        assert_eq!(retry_after(&later, now), Some(Duration::from_secs(9)));
        for text in ["soon", "-1", "1.5", ""] {
            assert!(matches!(pause(text), Verdict::Again(pause) if pause < Duration::from_secs(1)), "{text}");
        }
        for number in 0..40 {
            let (whole, pause) = (FIRST.saturating_mul(2_u32.saturating_pow(number)).min(LONGEST), backoff(number));
            assert!(pause >= whole / 2 && pause <= whole, "{number}: {pause:?}");
        }
    }
}
