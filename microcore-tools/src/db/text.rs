//! Values as text, where an engine has no type of their own; the one form that both engines read and compare alike.
//!
//! In: a value. Out: its text, and the way back.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// `2026-01-31 12:00:00`, in UTC, with six digits of a second where there are any: what SQLite's `CURRENT_TIMESTAMP`
/// gives, so that texts compare as instants do.
pub(crate) fn of_timestamp(timestamp: Timestamp) -> String {
    let utc = timestamp.to_zoned(TimeZone::UTC).datetime();
    let (date, time) = (of_date(utc.date()), utc.time());
    let whole = format!("{date} {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    match time.subsec_nanosecond() / 1000 {
        0 => whole,
        micros => format!("{whole}.{micros:06}"),
    }
}

/// The way back; also with `T`, a shorter fraction, and with `Z` or an offset. Without one it is UTC.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    // A day alone is none: whoever stored it meant no instant.
    let time_follows = text.contains([' ', 'T', 't']);
    let civil: DateTime = time_follows.then(|| text.parse().ok()).flatten()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// `2026-01-31`.
pub(crate) fn of_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The way back.
pub(crate) fn date(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// A float as the decimal number that it was stored for: 15 digits, which is what a float keeps of any decimal.
pub(crate) fn decimal_of_float(float: f64) -> Option<Decimal> {
    let text = float.is_finite().then(|| format!("{float:.14e}"))?;
    // Without the zeros at its end, which are no digits of the number and would count against its 28.
    let (digits, exponent) = text.split_once('e')?;
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let decimal = Decimal::from_scientific(&format!("{digits}e{exponent}")).ok()?.normalize();
    // What is too small for a decimal number would else be read as zero.
    (decimal.is_zero() == (float == 0.0)).then_some(decimal)
}

/// The float that stands for a decimal number where there is no such type; `None` where digits would be lost.
pub(crate) fn float_of_decimal(decimal: Decimal) -> Option<f64> {
    let float: f64 = decimal.to_string().parse().ok()?;
    (decimal_of_float(float)? == decimal).then_some(float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_keep_their_microseconds_and_compare_as_text() {
        for text in ["2026-01-31 12:00:00", "1969-12-31 23:59:59.000001", "0001-01-01 00:00:00"] {
            assert_eq!(of_timestamp(timestamp(text).unwrap()), text);
        }
        let same = timestamp("2026-01-31 12:00:00.5").unwrap();
        for text in ["2026-01-31T12:00:00.5Z", "2026-01-31 13:00:00.500+01:00", "2026-01-31T12:00:00.500000"] {
            assert_eq!(timestamp(text), Some(same), "{text}");
        }
        assert!(*of_timestamp(same) > *"2026-01-31 12:00:00");
        for text in ["2026-01-31", "12:00:00", "now", "", "2026-02-31 12:00:00"] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_of_fifteen_digits_survive_as_floats() {
        for text in ["0", "1.1", "-0.000001", "123456789012.345", "99999999999999.9"] {
            let decimal: Decimal = text.parse().unwrap();
            assert_eq!(decimal_of_float(float_of_decimal(decimal).unwrap()), Some(decimal), "{text}");
        }
        assert_eq!(float_of_decimal("1234567890123.4567".parse().unwrap()), None);
        assert_eq!(decimal_of_float(0.1 + 0.2), Some("0.3".parse().unwrap()));
        assert_eq!(decimal_of_float(f64::NAN), None);
        assert_eq!(decimal_of_float(1.5e-20), Some("0.000000000000000000015".parse().unwrap()));
        assert_eq!(decimal_of_float(1.5e-40), None);
        assert_eq!(decimal_of_float(1.5e40), None);
    }
}
