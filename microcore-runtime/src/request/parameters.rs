//! The parameters of a header such as `form-data; name="a"` (RFC 9110, 5.6.6). In: its text. Out: what stands before
//! them, or the value of one of them; names ignore case.

use std::borrow::Cow;

/// Why the parameters can't be read: a quote that is not closed, a name without a value, a name that is there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// What stands before the first `;`.
pub(super) fn essence(text: &str) -> &str {
    text.split_once(';').map_or(text, |(essence, _)| essence).trim_ascii()
}

/// The only value of this name.
pub(super) fn value<'t>(text: &'t str, name: &str) -> Result<Option<Cow<'t, str>>, Malformed> {
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
    let mut found = None;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        if rest.is_empty() {
            return Ok(found);
        }
        let (known, after) = rest.split_once('=').ok_or(Malformed)?;
        let (value, after) = one(after.trim_ascii_start())?;
        rest = after.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(';') {
            return Err(Malformed);
        }
        let known = known.trim_ascii();
        if known.is_empty() || known.contains([';', '"']) {
            return Err(Malformed);
        }
        if known.eq_ignore_ascii_case(name) && found.replace(value).is_some() {
            return Err(Malformed);
        }
    }
}

/// A value, and what follows it.
fn one(text: &str) -> Result<(Cow<'_, str>, &str), Malformed> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Ok((Cow::Borrowed(value.trim_ascii_end()), rest));
    };
    let mut is_escaped = false;
    let mut escapes = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => (is_escaped, escapes) = (true, true),
            b'"' => {
                let (value, rest) = (&inside[..at], &inside[at + 1..]);
                return Ok((if escapes { unescaped(value) } else { Cow::Borrowed(value) }, rest));
            }
            _ => {}
        }
    }
    Err(Malformed)
}

/// A backslash before anything but a quote or a backslash is one that was meant: the path of a file.
fn unescaped(value: &str) -> Cow<'_, str> {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars().peekable();
    while let Some(character) = rest.next() {
        let is_escape = character == '\\' && matches!(rest.peek(), Some('"' | '\\'));
        text.push(if is_escape { rest.next().unwrap_or(character) } else { character });
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_name_in_any_case() {
        for text in ["a/b; X=1", "a/b;x=1;", "a/b ;  y=\"2;x=3\" ; x = \"1\"", "a/b;;x=1"] {
            assert_eq!((essence(text), value(text, "x")), ("a/b", Ok(Some("1".into()))), "{text}");
        }
        assert_eq!(value("a/b", "x"), Ok(None));
        assert_eq!(value("a/b; y=1", "x"), Ok(None));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for text in ["a; x=1; X=2", "a; x", "a; x=\"1", "a; =1", "a; x=\"1\" y", "a; x=\"1\\\""] {
            assert_eq!(value(text, "x"), Err(Malformed), "{text}");
        }
    }
}
