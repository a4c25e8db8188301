//! An expression as a whole: how many fields it has, what it never means, and what it means in words.

use crate::field::{FIELDS, parse};
use crate::mistake::Mistake;
use crate::words::words;

/// How many days each month has at the most.
const DAYS: [u16; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The words of a right expression, or what is wrong with it. `both` is what was said of its days.
pub(crate) fn check(expression: &str, both: Option<bool>) -> Result<String, Mistake> {
    let fields = fields(expression)?;
    for (place, (from, text)) in fields.iter().enumerate() {
        if let Some(mistake) = FIELDS[place].check(place, text, *from, expression) {
            return Err(mistake);
        }
    }
    for (place, whole) in [(0, 60), (1, 24)] {
        let (from, text) = fields[place];
        if let Some(step) = text.strip_prefix("*/").and_then(|step| step.parse::<u32>().ok())
            && (step > whole || whole % step != 0)
        {
            return Err(uneven(FIELDS[place].name, step, whole).marking(expression, from, text.chars().count()));
        }
    }
    let cron = parse(expression, both.unwrap_or_default()).map_err(|error| {
        Mistake::new("MC0801", format!("`{expression}` can't be read: {error}")).help("`0 3 * * *` is \"at 03:00\"")
    })?;
    let ((day, days), (weekday, weekdays)) = (fields[2], fields[4]);
    let is_restricted = |text: &str| text != "*";
    if is_restricted(days) && is_restricted(weekdays) {
        if both.is_none() {
            let count = weekday + weekdays.chars().count() - day;
            let wrong = format!("`{expression}` names days of the month and weekdays: cron runs on either kind");
            let help = "write `days = \"either\"` for that, or `days = \"both\"` for days that are of both kinds";
            return Err(Mistake::new("MC0805", wrong).help(help).marking(expression, day, count));
        }
    } else if both.is_some() {
        let wrong = "`days` must be left out: this expression does not name both days of the month and weekdays";
        return Err(Mistake::new("MC0805", wrong).help("remove `days`").of_days());
    }
    // `L` and `15W` are days of every month.
    let named: Vec<u16> = cron.pattern.days.values();
    let may_come = !is_restricted(days)
        || (is_restricted(weekdays) && both == Some(false))
        || !days.chars().all(|one| one.is_ascii_digit() || ",-/*".contains(one))
        || cron.pattern.months.values().iter().any(|month| {
            let most = DAYS[usize::from(*month).clamp(1, 12) - 1];
            named.iter().any(|day| *day <= most)
        });
    if !may_come {
        let (month, months) = fields[3];
        let wrong = format!(
            "`{expression}` never comes: no such month has a day {}",
            named.first().copied().unwrap_or_default()
        );
        let help = "write `L` for the last day of the month, or another day";
        return Err(Mistake::new("MC0802", wrong).help(help).marking(expression, day, month + months.len() - day));
    }
    Ok(words(&cron.describe()))
}

/// The fields, each with its place in the text.
fn fields(expression: &str) -> Result<[(usize, &str); 5], Mistake> {
    let wrong = |wrong: String| Mistake::new("MC0801", wrong);
    let trimmed = expression.trim();
    if let Some(name) = trimmed.strip_prefix('@') {
        let help = match name.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["every", every] => format!("write `#[every(\"{every}\")]`"),
            ["hourly"] => "write `0 * * * *`".to_owned(),
            ["daily" | "midnight"] => "write `0 0 * * *`".to_owned(),
            ["weekly"] => "write `0 0 * * SUN`".to_owned(),
            ["monthly"] => "write `0 0 1 * *`".to_owned(),
            ["yearly" | "annually"] => "write `0 0 1 1 *`".to_owned(),
            ["reboot"] => "write `on_boot` in the plugin: it runs when the process starts".to_owned(),
            _ => "write five fields, as in `0 3 * * *`".to_owned(),
        };
        return Err(wrong(format!("`{trimmed}` is no expression of five fields")).help(help));
    }
    let mut found = Vec::new();
    let mut from = None;
    for (at, one) in expression.char_indices().chain([(expression.len(), ' ')]) {
        match (one.is_whitespace(), from) {
            (true, Some(begin)) => {
                found.push((expression[..begin].chars().count(), &expression[begin..at]));
                from = None;
            }
            (false, None) => from = Some(at),
            _ => {}
        }
    }
    <[_; 5]>::try_from(found.as_slice()).map_err(|_| {
        let help = match found.len() {
            6 | 7 => {
                let rest = found[1..6].iter().map(|(_, text)| *text).collect::<Vec<_>>().join(" ");
                format!(
                    "there are no seconds and no years: write `{rest}`, or `#[every(\"10s\")]` for less than a minute"
                )
            }
            _ => "write minute, hour, day of the month, month and weekday, as in `0 3 * * *`, which is \"at 03:00\""
                .to_owned(),
        };
        let count = found.len();
        let some = if count == 1 { "field" } else { "fields" };
        wrong(format!("`{expression}` has {count} {some}: an expression has five")).help(help)
    })
}

fn uneven(field: &str, step: u32, whole: u32) -> Mistake {
    let (begins, unit) = if field == "minute" { ("hour", "m") } else { ("day", "h") };
    let wrong = format!("`*/{step}` is uneven: it starts anew each {begins}, and {step} does not divide {whole}");
    let list: Vec<String> = (0..whole).step_by(step.max(1) as usize).take(4).map(|one| one.to_string()).collect();
    let list = list.join(",");
    let help = format!(
        "write `#[every(\"{step}{unit}\")]` for each {step} {field}s, or the {field}s themselves, as in `{list}`"
    );
    Mistake::new("MC0804", wrong).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(expression: &str) -> String {
        check(expression, None).unwrap_or_else(|mistake| mistake.text())
    }

    #[test]
    fn right_expressions_are_said_in_words() {
        for (expression, words) in [
            ("0 3 * * *", "at 03:00"),
            ("0 3 * * 1-5", "at 03:00, Monday to Friday"),
            ("*/5 * * * *", "every 5 minutes"),
            ("30 2 1,15 * *", "at 02:30, on day 1 and 15"),
            ("5 4 L * *", "at 04:05, on the last day of the month"),
            ("0 12 * * FRI#2", "at 12:00, on the 2nd Friday of the month"),
            ("0 0 29 2 *", "at 00:00, on day 29, in February"),
            ("0 3 * * 7", "at 03:00, on Sunday"),
        ] {
            assert_eq!(said(expression), words, "{expression}");
        }
    }

    #[test]
    fn a_wrong_part_is_marked_and_its_field_is_named() {
        let text = said("60 3 * * 1-5");
        assert!(text.starts_with("`60` is no minute: minutes go from 0 to 59 [MC0801]\nhelp: "), "{text}");
        assert!(text.ends_with("\n    60 3 * * 1-5\n    ^^"), "{text}");
        for (expression, part) in [
            ("0 24 * * *", "`24` is no hour: hours go from 0 to 23"),
            ("0 3 0 * *", "`0` is no day: days go from 1 to 31"),
            ("0 3 * 13 *", "`13` is no month"),
            ("0 3 * * 8", "`8` is no weekday: weekdays go from 0 to 7"),
            ("0 22-4 * * *", "write `22-23,0-4`"),
            ("0 3 * * FRI-MON", "write `FRI-6,0-MON`"),
            ("0 3 ? * *", "write `*` for any"),
            ("1,,2 * * * *", "empty item"),
            ("*/0 * * * *", "step of zero"),
            ("0/15 * * * *", "write `0-59/15`, or `*/15`"),
            ("0 3 x * *", "`x` is no day"),
            ("0 0 3 * * *", "write `0 3 * * *`"),
            ("0 3 * *", "has 4 fields"),
            ("", "has 0 fields"),
            ("@daily", "write `0 0 * * *`"),
            ("@every 5m", "write `#[every(\"5m\")]`"),
            ("*/45 * * * *", "write `#[every(\"45m\")]`"),
            ("0 */7 * * *", "[MC0804]"),
            ("0 0 30 2 *", "never comes: no such month has a day 30 [MC0802]"),
            ("0 0 31 4,6,9,11 *", "[MC0802]"),
            ("0 0 13 * 5", "[MC0805]"),
        ] {
            let text = said(expression);
            assert!(text.contains(part), "{expression}: {text}");
        }
    }

    #[test]
    fn days_of_both_kinds_are_joined_as_is_said() {
        assert_eq!(check("0 0 13 * 5", Some(false)).unwrap(), "at 00:00, on day 13 or Friday");
        assert!(check("0 0 13 * 5", Some(true)).is_ok());
        assert!(check("0 0 13 * *", Some(true)).unwrap_err().text().contains("remove `days`"));
        assert!(check("0 0 30 2 5", Some(false)).is_ok(), "each Friday of February");
        assert!(check("0 0 30 2 5", Some(true)).unwrap_err().text().contains("MC0802"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_right_for_us_is_right_for_croner(text in "([-*/,?0-9LW#A-Za-z@]{0,6} ?){0,7}") {
            if check(&text, None).is_ok() {
                proptest::prop_assert!(parse(&text, false).is_ok());
            }
        }
    }
}
