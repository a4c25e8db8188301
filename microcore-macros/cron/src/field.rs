//! The five fields of an expression: their names, what they may hold, and how a wrong one is told.

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};

use crate::mistake::Mistake;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    least: u32,
    most: u32,
    /// Its values by name, from the least on.
    names: &'static [&'static str],
}

pub(crate) const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day", least: 1, most: 31, names: &[] },
    Field {
        name: "month",
        least: 1,
        most: 12,
        names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    },
    Field { name: "weekday", least: 0, most: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
];

/// croner, without its seconds and years.
pub(crate) fn parse(expression: &str, both: bool) -> Result<Cron, CronError> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).dom_and_dow(both).build();
    parser.parse(expression)
}

impl Field {
    /// What is wrong with the field at `place`, which stands at `from`; `None` where nothing is.
    pub(crate) fn check(self, place: usize, text: &str, from: usize, expression: &str) -> Option<Mistake> {
        let mut at = from;
        for item in text.split(',') {
            if let Some(mistake) = self.check_item(place, item) {
                return Some(mistake.marking(expression, at, item.chars().count()));
            }
            at += item.chars().count() + 1;
        }
        None
    }

    fn check_item(self, place: usize, item: &str) -> Option<Mistake> {
        let wrong = |wrong: String| Mistake::new("MC0801", wrong);
        if item.is_empty() {
            return Some(wrong(format!("a list of `{}`s has an empty item", self.name)).help("remove the comma"));
        }
        if item.contains('?') {
            let help = "write `*` for any; `?` is a word of Quartz";
            return Some(wrong(format!("`{item}` is no {}", self.name)).help(help));
        }
        // croner says whether it is right; which field and which item it was is known because it is asked for one.
        let mut fields = ["*"; 5];
        fields[place] = item;
        parse(&fields.join(" "), false).err()?;
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        let (first, last) = range.split_once('-').map_or((range, None), |(first, last)| (first, Some(last)));
        let (low, high) = (self.number(first), last.and_then(|last| self.number(last)));
        let outside = |number: Option<u32>| number.filter(|number| !(self.least..=self.most).contains(number));
        if let Some(number) = outside(low).or(outside(high)) {
            let said = format!("`{number}` is no {0}: {0}s go from {1} to {2}", self.name, self.least, self.most);
            return Some(wrong(said).help(self.example()));
        }
        if step.is_some_and(|step| step.parse() == Ok(0)) {
            return Some(wrong(format!("`{item}` has a step of zero")).help("write how far one is from the next"));
        }
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let (first, last) = (first.to_uppercase(), last.unwrap_or_default().to_uppercase());
            // 7 is Sunday once more.
            let (end, begin) = (if self.name == "weekday" { 6 } else { self.most }, self.least);
            let help = format!("a range goes up; write `{first}-{end},{begin}-{last}`");
            return Some(wrong(format!("`{item}` goes down")).help(help));
        }
        if step.is_some() && last.is_none() && first != "*" && low.is_some() {
            let help = format!("write `{first}-{}/{}`, or `*/{1}` for all", self.most, step.unwrap_or_default());
            return Some(wrong(format!("`{item}` steps from one {}", self.name)).help(help));
        }
        Some(wrong(format!("`{item}` is no {}", self.name)).help(self.example()))
    }

    fn number(self, text: &str) -> Option<u32> {
        let by_name = || {
            let upper = text.to_uppercase();
            let place = self.names.iter().position(|name| *name == upper)?;
            Some(self.least + u32::try_from(place).ok()?)
        };
        text.parse().ok().or_else(by_name)
    }

    fn example(self) -> &'static str {
        match self.name {
            "minute" => "`0 3 * * 1-5` is \"at 03:00, Monday to Friday\"; the first field is the minute",
            "hour" => "`30 14 * * *` is \"at 14:30\"; the second field is the hour",
            "day" => {
                "`0 3 1 * *` is \"at 03:00, on day 1\", and `L` is the last day; the third field is the day of the month"
            }
            "month" => "months are 1 to 12, or JAN to DEC; the fourth field is the month",
            _ => "weekdays are 0 to 7, both 0 and 7 being Sunday, or SUN to SAT; the fifth field is the weekday",
        }
    }
}
