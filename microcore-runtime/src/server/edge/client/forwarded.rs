//! The header `forwarded` of RFC 7239. In: its values. Out: what each proxy wrote as `for`, from the right.
//!
//! A client may leave a quote open, so that what our proxy adds stands inside it. So a value that breaks the grammar
//! anywhere says nothing at all: its one entry is no address.

use http::HeaderMap;

use super::FORWARDED;

/// An entry without `for`, and a value that breaks the grammar, are empty: nobody's address.
pub(super) fn entries(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(FORWARDED).into_iter().rev();
    values.flat_map(|value| parse(value.as_bytes()).unwrap_or_else(|| vec![b"".as_slice()]).into_iter().rev())
}

/// The `for` of each element, quotes included; `None` where the grammar is broken.
fn parse(value: &[u8]) -> Option<Vec<&[u8]>> {
    let mut elements = Vec::new();
    let mut left = value.trim_ascii();
    while !left.is_empty() {
        let mut heard: Option<&[u8]> = None;
        let mut is_there = false;
        loop {
            left = left.trim_ascii_start();
            let name_ends = left.iter().position(|byte| !is_token(*byte)).unwrap_or(left.len());
            if name_ends > 0 {
                is_there = true;
                let (name, rest) = left.split_at(name_ends);
                let rest = rest.strip_prefix(b"=")?;
                let value_ends = value_length(rest)?;
                let (value, rest) = rest.split_at(value_ends);
                // Each parameter at most once: section 4.
                if name.eq_ignore_ascii_case(b"for") && heard.replace(value).is_some() {
                    return None;
                }
                left = rest;
            }
            left = left.trim_ascii_start();
            match left.split_first() {
                Some((b';', rest)) => left = rest,
                Some((b',', rest)) => {
                    left = rest;
                    break;
                }
                None => break,
                Some(_) => return None,
            }
        }
        // Empty elements of a list count nothing: RFC 9110, 5.6.1.2.
        if is_there {
            elements.push(heard.unwrap_or_default());
        }
        left = left.trim_ascii_start();
    }
    Some(elements)
}

/// A token or a quoted string. Many proxies write addresses with brackets and port without quotes: they are let pass.
fn value_length(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        let length = text.iter().position(|byte| !is_token(*byte) && !b"[]:%".contains(byte)).unwrap_or(text.len());
        return (length > 0).then_some(length);
    }
    // No address has an escape in it, so a value with one is nobody's, and only its end must be found.
    let mut position = 1;
    while position < text.len() {
        match text[position] {
            b'"' => return Some(position + 1),
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    None
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn heard(value: &str) -> Option<Vec<String>> {
        let texts = parse(value.as_bytes())?.into_iter().map(|text| String::from_utf8(text.to_vec()).unwrap());
        Some(texts.collect())
    }

    #[test]
    fn every_element_is_one_proxy() {
        for (value, expected) in [
            ("for=192.0.2.1", vec!["192.0.2.1"]),
            ("For=192.0.2.43, FOR=198.51.100.17", vec!["192.0.2.43", "198.51.100.17"]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", vec!["192.0.2.60"]),
            ("proto=https ; for=\"[2001:db8::1]:80\" ,for=unknown", vec!["\"[2001:db8::1]:80\"", "unknown"]),
            ("for=\"a,b;c\";by=\"\\\"\", for=1.1.1.1", vec!["\"a,b;c\"", "1.1.1.1"]),
            ("by=1.1.1.1, , for=2.2.2.2,", vec!["", "2.2.2.2"]),
            ("for=[::1]:80", vec!["[::1]:80"]),
            ("", vec![]),
            (" , ;, ", vec![]),
        ] {
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(heard(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn a_value_that_breaks_the_grammar_says_nothing() {
        for value in [
            "for=\"1.1.1.1, for=9.9.9.9",
            "for=6.6.6.6;by=\", for=\"9.9.9.9\"",
            "for=1.1.1.1;for=2.2.2.2",
            "for",
            "for=",
            "for = 1.1.1.1",
            "for=1.1.1.1 2.2.2.2",
            "1.1.1.1",
            "for=\"1.1.1.1\"x",
            "for=\"\\",
        ] {
            assert_eq!(heard(value), None, "{value}");
        }
    }
}
