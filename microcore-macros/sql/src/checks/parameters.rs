//! Placeholders are `$1, $2, …` without a gap, and the call gives one parameter for each.

use std::collections::BTreeSet;

use crate::declared::Statement;
use crate::engine::Prepared;
use crate::errors::Errors;

pub(crate) fn check(statement: &Statement, prepared: &Prepared, errors: &mut Errors) {
    let mut numbers = BTreeSet::new();
    for placeholder in &prepared.placeholders {
        let Some(number) = number(placeholder) else {
            errors.add(
                &statement.sql,
                "MC0515",
                format!("placeholder `{placeholder}` must be written as a number, `$1`"),
                "write `$1, $2, …`; the parameters are given in this order",
            );
            return;
        };
        numbers.insert(number);
    }
    let highest = numbers.last().copied().unwrap_or_default();
    if let Some(gap) = (1..=highest).find(|number| !numbers.contains(number)) {
        errors.add(
            &statement.sql,
            "MC0515",
            format!("the statement uses `${highest}` and not `${gap}`"),
            "number the placeholders from `$1` without a gap: every parameter must be used",
        );
        return;
    }
    let Some(given) = statement.given.filter(|given| *given != highest) else { return };
    let uses = match highest {
        0 => "no placeholder such as `$1`".to_owned(),
        1 => "`$1` only".to_owned(),
        _ => format!("`$1` to `${highest}`"),
    };
    let parameters = if given == 1 { "1 parameter".to_owned() } else { format!("{given} parameters") };
    let help = match highest {
        0 => "give `()`".to_owned(),
        1 => "give one value: `(id,)`".to_owned(),
        _ => format!("give {highest} values, in the order of the numbers"),
    };
    errors.add(&statement.sql, "MC0515", format!("the statement uses {uses}, and the call gives {parameters}"), help);
}

fn number(placeholder: &str) -> Option<usize> {
    let digits = placeholder.strip_prefix('$').filter(|digits| !digits.starts_with('0'))?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}
