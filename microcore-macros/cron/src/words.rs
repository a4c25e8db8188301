//! croner's sentence about an expression, as it stands in ours: "At 03:00." is "at 03:00".

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(crate) fn words(sentence: &str) -> String {
    let text = sentence.trim_end_matches('.');
    let text = match text.strip_prefix("At every ") {
        Some(rest) => format!("every {rest}"),
        None => text.replacen("At ", "at ", 1),
    };
    let text = text.replace(", of every ", " of every ").replace(", of hour ", " of hour ");
    // "on Monday, Tuesday, and Wednesday" is "Monday to Wednesday".
    for first in 0..WEEKDAYS.len() {
        for last in (first + 2..WEEKDAYS.len()).rev() {
            let listed = format!("on {}, and {}", WEEKDAYS[first..last].join(", "), WEEKDAYS[last]);
            if text.contains(&listed) {
                return text.replace(&listed, &format!("{} to {}", WEEKDAYS[first], WEEKDAYS[last]));
            }
        }
    }
    text
}
