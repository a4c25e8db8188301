//! What wrk prints. In: its text. Out: requests, their rate, and the time of the slow ones.

use std::process::Command;
use std::time::Duration;

/// Whether wrk is there.
pub(crate) fn is_there() -> bool {
    Command::new("wrk").arg("-v").output().is_ok()
}

/// What one round showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Microseconds of the server's processor time per request.
    pub(crate) processor: f64,
    /// Milliseconds within which 99 of 100 were answered.
    pub(crate) p99: f64,
}

/// How many requests were answered.
pub(crate) fn requests(text: &str) -> f64 {
    word_before(text, "requests in").parse().expect("wrk counts requests")
}

/// The round, of which the server used so much of a processor.
pub(crate) fn round(text: &str, used: Duration) -> Round {
    Round {
        rate: word_after(text, "Requests/sec:").parse().expect("wrk prints the rate"),
        processor: used.as_secs_f64() * 1e6 / requests(text),
        p99: milliseconds(word_after(text, " 99%")),
    }
}

fn word_before<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split(mark).next().and_then(|before| before.split_whitespace().next_back()).unwrap_or_default()
}

fn word_after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split(mark).nth(1).and_then(|after| after.split_whitespace().next()).unwrap_or_default()
}

/// `950.00us`, `1.20ms`, `2.00s`.
fn milliseconds(text: &str) -> f64 {
    let digits = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().expect("wrk prints a number");
    let second = Duration::from_secs(1).as_millis() as f64;
    match unit {
        "us" => number / 1e3,
        "ms" => number,
        _ => number * second,
    }
}
