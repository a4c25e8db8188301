//! Nights in which clocks are changed, against an oracle that knows nothing but the calendar: minute by minute.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::*;

fn times(text: &str) -> Times {
    Times::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn at(text: &str) -> i64 {
    let time: Timestamp = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    time.as_millisecond()
}

fn shown(millis: i64) -> String {
    Timestamp::from_millisecond(millis).unwrap().to_string()
}

/// All ticks after `from`, up to `to`.
fn ticks(times: &Times, from: i64, to: i64) -> Vec<i64> {
    std::iter::successors(times.next(from), |last| times.next(*last)).take_while(|tick| *tick <= to).collect()
}

#[test]
fn in_the_gap_a_time_comes_at_its_end_and_in_the_fold_at_the_first() {
    let times = times("cron either Europe/Berlin 30 2 * * *");
    let spring = ticks(&times, at("2027-03-26T12:00:00Z"), at("2027-03-29T12:00:00Z"));
    assert_eq!(spring.map_shown(), ["2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]);
    let autumn = ticks(&times, at("2027-10-30T12:00:00Z"), at("2027-11-01T12:00:00Z"));
    assert_eq!(autumn.map_shown(), ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"]);
}

#[test]
fn a_range_of_hours_is_as_fixed_as_one_hour_and_a_star_goes_by_elapsed_time() {
    let (from, to) = (at("2027-10-30T22:00:00Z"), at("2027-10-31T03:00:00Z"));
    let range = ticks(&times("cron either Europe/Berlin 0 2-3 * * *"), from, to);
    assert_eq!(range.map_shown(), ["2027-10-31T00:00:00Z", "2027-10-31T02:00:00Z"], "02:00 once");
    let star = ticks(&times("cron either Europe/Berlin 0 * * * *"), from, at("2027-10-31T02:00:00Z"));
    assert_eq!(star.len(), 4, "both hours of the fold");
    let (from, to) = (at("2027-03-28T00:00:00Z"), at("2027-03-28T02:00:00Z"));
    let star = ticks(&times("cron either Europe/Berlin 30 * * * *"), from, to);
    assert_eq!(star.map_shown(), ["2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z"], "none made up in the gap");
}

#[test]
fn an_interval_is_on_a_grid_that_knows_no_boot() {
    let times = times("every 604800000");
    let next = times.next(at("2027-03-01T10:00:00Z")).unwrap();
    assert_eq!(times.next(next - 1), Some(next));
    assert_eq!(next % 604_800_000, 0);
    assert_eq!(times.next(next), Some(next + 604_800_000));
}

#[test]
fn weekdays_are_those_of_cron_and_monday_to_friday_is_that() {
    let times = times("cron either UTC 0 9 * * 1-5");
    let week = ticks(&times, at("2027-03-01T00:00:00Z"), at("2027-03-08T00:00:00Z"));
    let days: Vec<String> = week.map_shown().iter().map(|tick| tick[..10].to_owned()).collect();
    assert_eq!(days, ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05"]);
    assert_eq!(date(2027, 3, 1).weekday(), jiff::civil::Weekday::Monday);
}

#[test]
fn the_last_tick_is_found_however_long_ago_the_first_was() {
    let minutely = times("cron either UTC * * * * *");
    let (first, now) = (at("2020-01-01T00:00:00Z"), at("2027-03-01T10:00:30Z"));
    assert_eq!(minutely.last(first, now), (at("2027-03-01T10:00:00Z"), COUNTED));
    assert_eq!(minutely.last(now - 30_000 - 180_000, now), (now - 30_000, 3));
    assert_eq!(times("every 60000").last(first, now).0, at("2027-03-01T10:00:00Z"));
    assert_eq!(times("cron either UTC 0 0 1 1 *").last(first, now), (at("2027-01-01T00:00:00Z"), 7));
}

#[test]
fn nights_that_surprise_are_told() {
    let Times::Cron(cron) = times("cron either Europe/Berlin 30 2 * * *") else { panic!("it is cron") };
    let found = cron.surprises("2027-01-01T00:00:00Z".parse().unwrap());
    let expected = [(date(2027, 3, 28).at(2, 30, 0, 0), true), (date(2027, 10, 31).at(2, 30, 0, 0), false)];
    assert_eq!(found, expected);
    let Times::Cron(cron) = times("cron either Europe/Berlin 30 4 * * *") else { panic!("it is cron") };
    assert_eq!(cron.surprises("2027-01-01T00:00:00Z".parse().unwrap()), []);
}

#[test]
fn what_no_build_has_written_is_refused_and_not_guessed() {
    for text in [
        "",
        "cron",
        "every",
        "every x",
        "every 0",
        "cron either Nowhere/City 0 3 * * *",
        "cron either UTC 0 3",
        "lunar 3",
    ] {
        assert!(Times::parse(text).is_err(), "{text}");
    }
}

/// Whether a civil minute is one of the expression's, by croner's own answer for that minute.
fn is_named(cron: &CronTimes, civil: DateTime) -> bool {
    cron.on_the_calendar(civil, true) == Some(civil)
}

/// All ticks in `(from, to]`, by looking at each minute and at what the documentation says.
fn oracle(cron: &CronTimes, from: Timestamp, to: Timestamp) -> Vec<i64> {
    let mut found = Vec::new();
    let mut at = from;
    let mut previous: Zoned = from.to_zoned(cron.zone.clone());
    // Times of day that were seen: of two that are equal, the second is that of a fold.
    let mut seen = std::collections::BTreeSet::new();
    seen.insert(previous.datetime());
    while at < to {
        at = at.checked_add(SignedDuration::from_mins(1)).unwrap();
        let zoned = at.to_zoned(cron.zone.clone());
        let mut ticks = is_named(cron, zoned.datetime());
        if cron.is_fixed {
            // What was jumped over comes now.
            let mut skipped = previous.datetime().checked_add(SignedDuration::from_mins(1)).unwrap();
            while skipped < zoned.datetime() {
                ticks |= is_named(cron, skipped) && seen.insert(skipped);
                skipped = skipped.checked_add(SignedDuration::from_mins(1)).unwrap();
            }
            let is_new = seen.insert(zoned.datetime());
            ticks = ticks
                && (is_new
                    || previous.datetime().checked_add(SignedDuration::from_mins(1)).unwrap() < zoned.datetime());
        }
        if ticks {
            found.push(at.as_millisecond());
        }
        previous = zoned;
    }
    found
}

const EXPRESSIONS: [&str; 12] = [
    "30 2 * * *",
    "0 2-3 * * *",
    "0,30 1,2,3 * * *",
    "59 23 * * *",
    "0 0 * * *",
    "15 1-3 * * 0",
    "*/15 * * * *",
    "30 * * * *",
    "0 */2 * * *",
    "*/20 2 * * *",
    "5 0 1 * *",
    "10-20 2 L * *",
];

/// Zones in which a change of the clock is odd: Lord Howe changes by half an hour, Troll by two, Casablanca around Ramadan,
/// Cairo at midnight.
const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Beirut",
    "Pacific/Chatham",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Europe/Lisbon",
];

/// How often something is tried: what a variable of the environment says.
fn times_of(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Every change of the clock in eleven years, of the zones above; `JOBS_ZONES=1000` takes every zone that there is.
#[test]
fn every_change_of_the_clock_comes_out_as_minute_by_minute() {
    let mut zones: Vec<String> = ZONES.map(str::to_owned).to_vec();
    let more = times_of("JOBS_ZONES", 0);
    zones.extend(
        jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .filter(|name| !ZONES.contains(&name.as_str()))
            .take(more),
    );
    let (begin, end): (Timestamp, Timestamp) =
        ("2026-01-01T00:00:00Z".parse().unwrap(), "2037-01-01T00:00:00Z".parse().unwrap());
    let (mut changes, mut compared) = (0, 0);
    for name in &zones {
        let zone = TimeZone::get(name).unwrap();
        let found: Vec<Timestamp> =
            zone.following(begin).map(|change| change.timestamp()).take_while(|change| *change < end).collect();
        changes += found.len();
        for change in found {
            let minute = |time: Timestamp| time.round(jiff::TimestampRound::new().smallest(Unit::Minute)).unwrap();
            let from = minute(change.checked_sub(SignedDuration::from_hours(4)).unwrap());
            let to = minute(change.checked_add(SignedDuration::from_hours(4)).unwrap());
            for expression in EXPRESSIONS {
                let text = format!("cron either {name} {expression}");
                let times = times(&text);
                let Times::Cron(cron) = &times else { panic!("it is cron") };
                let ours = ticks(&times, from.as_millisecond(), to.as_millisecond());
                let oracle = oracle(cron, from, to);
                compared += oracle.len();
                assert_eq!(ours.map_shown(), oracle.map_shown(), "{text} around {change}");
            }
        }
    }
    println!("{} zones, {changes} changes of the clock, {compared} ticks as minute by minute", zones.len());
    assert!(changes > 200 && compared > 10_000, "{changes} changes, {compared} ticks");
}

/// What a field names, read without any parser of cron: numbers, ranges, steps and lists of them.
fn named(field: &str, least: u32, most: u32) -> Vec<bool> {
    let mut named = vec![false; 64];
    for item in field.split(',') {
        let (span, stride) = item.split_once('/').map_or((item, 1), |(span, stride)| (span, stride.parse().unwrap()));
        let (from, to) = match span.split_once('-') {
            _ if span == "*" => (least, most),
            Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
            None => (span.parse().unwrap(), span.parse().unwrap()),
        };
        (from..=to).step_by(stride).for_each(|number| named[usize::try_from(number).unwrap()] = true);
    }
    named
}

/// Whether a minute is one of an expression's, by the definition of cron alone.
fn is_one_of(expression: &str, both: bool, civil: DateTime) -> bool {
    let fields: Vec<&str> = expression.split(' ').collect();
    let at = |number: i8| usize::try_from(number).unwrap();
    let mut weekdays = named(fields[4], 0, 7);
    // 7 is Sunday once more.
    weekdays[0] |= weekdays[7];
    let day = named(fields[2], 1, 31)[at(civil.day())];
    let weekday = weekdays[at(civil.weekday().to_sunday_zero_offset())];
    let days = match (fields[2] == "*", fields[4] == "*") {
        (true, true) => true,
        (true, false) => weekday,
        (false, true) => day,
        (false, false) if both => day && weekday,
        (false, false) => day || weekday,
    };
    days && named(fields[3], 1, 12)[at(civil.month())]
        && named(fields[1], 0, 23)[at(civil.hour())]
        && named(fields[0], 0, 59)[at(civil.minute())]
}

/// A field: any, a number, a range, a list, with steps where cron has them.
fn field(least: u32, most: u32) -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let item = (least..=most, least..=most, 1..=5_u32).prop_map(|(one, other, step)| {
        let (from, to) = (one.min(other), one.max(other));
        match step {
            1 => format!("{one}"),
            2 => format!("{from}-{to}"),
            step => format!("{from}-{to}/{step}"),
        }
    });
    prop_oneof![
        3 => Just("*".to_owned()),
        1 => (2..=5_u32).prop_map(|step| format!("*/{step}")),
        3 => proptest::collection::vec(item, 1..=3).prop_map(|items| items.join(",")),
    ]
}

/// `JOBS_EXPRESSIONS` expressions (300), each from some day on: the next five ticks are the next five minutes that the
/// definition names, found by looking at each; and those up to a bound where it names fewer.
#[test]
fn every_expression_names_the_minutes_that_its_fields_say() {
    use proptest::prelude::*;
    let cases = u32::try_from(times_of("JOBS_EXPRESSIONS", 300)).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases, ..ProptestConfig::default() });
    let fields = (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7), any::<bool>(), 0..4_000_i64);
    runner
        .run(&fields, |(minute, hour, day, month, weekday, both, from)| {
            let expression = format!("{minute} {hour} {day} {month} {weekday}");
            let days = if both { "both" } else { "either" };
            let times = times(&format!("cron {days} UTC {expression}"));
            let begin = date(2026, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
            let from = begin.checked_add(SignedDuration::from_hours(from * 6)).unwrap();
            let end = from.checked_add(SignedDuration::from_hours(24 * 40)).unwrap();
            let (mut at, mut expected) = (from, Vec::new());
            while at < end && expected.len() < 5 {
                at = at.checked_add(SignedDuration::from_mins(1)).unwrap();
                if is_one_of(&expression, both, at.to_zoned(TimeZone::UTC).datetime()) {
                    expected.push(at.as_millisecond());
                }
            }
            let ours = std::iter::successors(times.next(from.as_millisecond()), |last| times.next(*last));
            let ours: Vec<i64> = ours.take(5).take_while(|tick| *tick <= end.as_millisecond()).collect();
            prop_assert_eq!(ours.map_shown(), expected.map_shown(), "{} ({}) from {}", expression, days, from);
            Ok(())
        })
        .unwrap();
    println!("{cases} expressions name what their fields say");
}

trait MapShown {
    fn map_shown(&self) -> Vec<String>;
}

impl MapShown for Vec<i64> {
    fn map_shown(&self) -> Vec<String> {
        self.iter().map(|millis| shown(*millis)).collect()
    }
}
