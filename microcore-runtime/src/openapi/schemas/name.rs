//! A schema's name, taken apart into what is fixed and what may be qualified. In: `Range_of_‹shop::models::Item|Item›`.
//! Out: its parts, and its text at any length.

use std::collections::{BTreeSet, HashMap};

use crate::schema::{BETWEEN, CLOSE, OPEN};

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// As it is.
    Text(String),
    /// A type by its place in the source, and what it is called there.
    Type { place: String, short: Vec<Part> },
}

pub(super) fn parse(raw: &str) -> Vec<Part> {
    parts(&mut raw.chars())
}

/// Up to the end, or to what closes the type that is open.
fn parts(raw: &mut std::str::Chars<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    while let Some(character) = raw.next().filter(|character| *character != CLOSE) {
        if character == OPEN {
            parts.push(Part::Text(std::mem::take(&mut text)));
            let place: String = raw.by_ref().take_while(|character| *character != BETWEEN).collect();
            parts.push(Part::Type { place, short: self::parts(raw) });
        } else {
            text.push(character);
        }
    }
    parts.push(Part::Text(text));
    parts.retain(|part| *part != Part::Text(String::new()));
    parts
}

/// The places of all types in it.
pub(super) fn paths(parts: &[Part]) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for part in parts {
        if let Part::Type { place, short } = part {
            found.insert(place.as_str());
            found.extend(paths(short));
        }
    }
    found
}

/// The name where each type is as long as `lengths` says; the shortest where it says nothing.
pub(super) fn text(parts: &[Part], lengths: &HashMap<String, usize>) -> String {
    let one = |part: &Part| match part {
        Part::Text(text) => component(text),
        Part::Type { place, short } => {
            let length = lengths.get(place).copied().unwrap_or_default();
            format!("{}{}", qualifiers(place)[length], text(short, lengths))
        }
    };
    let whole: String = parts.iter().map(one).collect();
    // `Page<Item>` is `Page_Item`.
    whole.trim_matches('_').to_owned()
}

/// How long a type's name may become.
pub(super) fn longest(place: &str) -> usize {
    qualifiers(place).len() - 1
}

/// What may stand before a type's name, the shortest first: nothing, its domain, its file there, its whole place.
///
/// No whole place is written as something shorter of another type is, so that no name comes to mean another type where
/// that one gets longer: it has three segments, or `crate`, which no module is called.
fn qualifiers(place: &str) -> Vec<String> {
    let segments: Vec<&str> = place.split("::").collect();
    let modules = &segments[..segments.len() - 1];
    let mut found = vec![Vec::new()];
    match modules {
        [_, "domains", domain, rest @ ..] => {
            found.push(vec![*domain]);
            // `plugins` and the file.
            found.extend(rest.get(1).map(|file| vec![*domain, *file]));
        }
        [_, "tools", tool, ..] => found.push(vec![*tool]),
        [krate, ..] => found.push(vec![*krate]),
        [] => {}
    }
    match modules {
        [_, "domains" | "tools", _, ..] => found.push(modules.to_vec()),
        [krate, inner @ ..] => found.push([&[*krate, "crate"], inner].concat()),
        [] => {}
    }
    found.into_iter().map(|segments| segments.iter().map(|one| component(one) + ".").collect()).collect()
}

/// `e9`
fn hexadecimal(character: char) -> impl Iterator<Item = char> {
    character.escape_unicode().filter(char::is_ascii_hexdigit)
}

/// What the name of a component may consist of: `[A-Za-z0-9._-]`.
fn component(text: &str) -> String {
    let mut written = String::new();
    for character in text.chars() {
        match character {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '.' | '_' | '-' => written.push(character),
            other if other.is_alphanumeric() => written.extend(['u'].into_iter().chain(hexadecimal(other))),
            _ if written.ends_with('_') => {}
            _ => written.push('_'),
        }
    }
    written
}
