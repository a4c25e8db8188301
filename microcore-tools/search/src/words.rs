//! A text → its words, and a query → what must be there. Every backend gets both from here, so all find the same.
//!
//! A word is letters and digits of any script, in lower case. Nothing else of a text reaches a backend's own language of
//! queries, so what people type can't be wrong in it.

use std::ops::Range;

/// So many bytes of a word count.
const LONGEST_WORD: usize = 64;

/// So many words of a query count.
const MOST_WORDS: usize = 32;

/// A word, and where it stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) place: Range<usize>,
}

/// The words of a text, in their order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut begun: Option<usize> = None;
    for (at, char) in text.char_indices().chain([(text.len(), ' ')]) {
        match (char.is_alphanumeric(), begun) {
            (true, None) => begun = Some(at),
            (false, Some(start)) => {
                found.push(Word { text: folded(&text[start..at]), place: start..at });
                begun = None;
            }
            _ => {}
        }
    }
    found
}

/// As it is compared: in lower case, and not longer than counts.
fn folded(word: &str) -> String {
    // What lower case makes of a letter may be no letter of its own, such as the dot of a Turkish `İ`.
    let mut folded: String = word.to_lowercase().chars().filter(|char| char.is_alphanumeric()).collect();
    let mut end = folded.len().min(LONGEST_WORD);
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    folded.truncate(end);
    folded
}

/// What a text must have, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Words that stand side by side; one at least, of letters and digits in lower case.
    pub words: Vec<String>,
    /// Whether a text with them is left out.
    pub excluded: bool,
    /// Whether the last of them is the beginning of a word.
    pub prefix: bool,
}

/// What people type → what is looked for: `rust "web framework" -php`. With `as_typed` the last word may go on.
///
/// Without anything that must be there, nothing is looked for.
pub(crate) fn terms(typed: &str, as_typed: bool) -> Vec<Term> {
    let mut found: Vec<Term> = Vec::new();
    let (mut room, mut rest) = (MOST_WORDS, typed.trim_start());
    while !rest.is_empty() && room > 0 {
        let excluded = rest.strip_prefix('-').filter(|after| after.starts_with(|char: char| !char.is_whitespace()));
        let part = excluded.unwrap_or(rest);
        let (inside, after, is_phrase) = match part.strip_prefix('"') {
            // A phrase without its end goes to the end.
            Some(phrase) => phrase.split_once('"').map_or((phrase, "", true), |(inside, after)| (inside, after, true)),
            None => {
                let end = part.find(|char: char| char.is_whitespace() || char == '"').unwrap_or(part.len());
                (&part[..end], &part[end..], false)
            }
        };
        let mut words: Vec<String> = words(inside).into_iter().map(|word| word.text).collect();
        words.retain(|word| !word.is_empty());
        words.truncate(room);
        room -= words.len();
        rest = after.trim_start();
        if !words.is_empty() {
            let goes_on = after.is_empty() && inside.ends_with(char::is_alphanumeric);
            let prefix = as_typed && !is_phrase && excluded.is_none() && goes_on;
            found.push(Term { words, excluded: excluded.is_some(), prefix });
        }
    }
    if found.iter().all(|term| term.excluded) { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str, as_typed: bool) -> String {
        let write = |term: &Term| {
            let minus = if term.excluded { "-" } else { "" };
            format!("{minus}{}{}", term.words.join("+"), if term.prefix { "*" } else { "" })
        };
        terms(typed, as_typed).iter().map(write).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_people_type_is_words_phrases_and_what_is_left_out() {
        for (typed, expected) in [
            ("", ""),
            ("  \t", ""),
            ("Rust WEB", "rust web"),
            ("rust \"web framework\" -php", "rust web+framework -php"),
            ("a -\"b c\" d", "a -b+c d"),
            ("web-framework e.g. x/y", "web+framework e+g x+y"),
            ("\"not ended", "not+ended"),
            ("\"\" a \"", "a"),
            ("-a", ""),
            ("--a b", "-a b"),
            ("a - b", "a b"),
            ("a OR b) AND NOT (c:d* ^e NEAR/2", "a or b and not c+d e near+2"),
            ("'; DROP TABLE x; --", "drop table x"),
            ("Straße ÄÖ 你好 İ", "straße äö 你好 i"),
            ("%_\\", ""),
        ] {
            assert_eq!(read(typed, false), expected, "{typed}");
        }
        assert_eq!(read("rust we", true), "rust we*");
        assert_eq!(read("rust foo-ba", true), "rust foo+ba*");
        assert_eq!(read("rust we ", true), "rust we");
        assert_eq!(read("rust \"we", true), "rust we");
        assert_eq!(read("rust -we", true), "rust -we");
        assert_eq!(read(&"a ".repeat(100), false).split(' ').count(), MOST_WORDS);
        assert_eq!(read(&"ä".repeat(100), false).len(), LONGEST_WORD);
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "Ein Käse, e-mail!";
        let found: Vec<_> = words(text).into_iter().map(|word| (word.text, &text[word.place])).collect();
        let expected = [("ein", "Ein"), ("käse", "Käse"), ("e", "e"), ("mail", "mail")];
        assert_eq!(found, expected.map(|(word, place)| (word.to_owned(), place)));
    }
}
