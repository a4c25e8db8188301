//! Dates and moments as RFC 3339 writes them. In: text. Out: the value, or nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// `full-date`: `2026-01-31`, nothing before it and nothing after it.
pub(crate) fn date(text: &str) -> Option<Date> {
    match text.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
            let year = number(&[*y1, *y2, *y3, *y4])?;
            Date::new(i16::try_from(year).ok()?, small(*m1, *m2)?, small(*d1, *d2)?).ok()
        }
        _ => None,
    }
}

/// `date-time`: a full date, `T`, the time to the second or finer, and `Z` or an offset of hours and minutes. Letters may
/// be small.
///
/// Up to nine digits behind the point are kept; more are refused, not dropped. A second 60 is a leap second, so it is
/// the last one of a month in UTC, and is read as the one before it: clocks have no other. The last day that can be
/// written ends after the last moment that a `Timestamp` can be, and what is later than that is that moment.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_at_checked("2026-01-31".len())?;
    let day = date(day)?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (time, rest) = rest.split_at_checked("12:00:00".len())?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = time.as_bytes() else { return None };
    let (hour, minute, second) = (small(*h1, *h2)?, small(*m1, *m2)?, small(*s1, *s2)?);
    let (nanosecond, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    let is_leap = second == 60;
    let written = day.at(0, 0, 0, 0).date();
    let time = jiff::civil::Time::new(hour, minute, if is_leap { 59 } else { second }, nanosecond).ok()?;
    let local = written.to_datetime(time);
    let Ok(moment) = offset.to_timestamp(local) else {
        return (day.year() == 9999).then_some(Timestamp::MAX);
    };
    if is_leap {
        let utc = Offset::UTC.to_datetime(moment);
        let is_last = utc.date() == utc.date().last_of_month() && (utc.hour(), utc.minute()) == (23, 59);
        return is_last.then_some(moment);
    }
    Some(moment)
}

/// Nanoseconds, and what follows them.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    if !(1..=9).contains(&digits.len()) {
        return None;
    }
    let scale = 10_i32.pow(u32::try_from(9 - digits.len()).ok()?);
    Some((digits.parse::<i32>().ok()? * scale, rest))
}

fn offset(text: &str) -> Option<Offset> {
    match text.as_bytes() {
        [b'Z' | b'z'] => Some(Offset::UTC),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (small(*h1, *h2)?, small(*m1, *m2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()
        }
        _ => None,
    }
}

fn small(ten: u8, one: u8) -> Option<i8> {
    i8::try_from(number(&[ten, one])?).ok()
}

fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i32::from(digit - b'0')))
}
