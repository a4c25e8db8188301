//! A text in which what was found is marked. In: a text and what was looked for. Out: its parts, or HTML in which nothing
//! of the text is markup.

use serde::Serialize;

use super::words::{Term, words};

/// So many bytes of a text are shown, about.
const EXCERPT: usize = 240;

/// So much of it is before the first hit, about.
const BEFORE: usize = 60;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// As it stands in the text.
    pub text: String,
    /// Whether it was looked for.
    pub hit: bool,
}

/// A text in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Marked {
    /// In their order; together they are the text.
    pub parts: Vec<Part>,
}

impl Marked {
    /// All of a text.
    pub(crate) fn whole(text: &str, terms: &[Term]) -> Self {
        let mut parts = Vec::new();
        let mut add = |text: &str, hit: bool| {
            if !text.is_empty() {
                parts.push(Part { text: text.to_owned(), hit });
            }
        };
        let mut at = 0;
        for word in words(text) {
            if is_hit(&word.text, terms) {
                add(&text[at..word.place.start], false);
                add(&text[word.place.clone()], true);
                at = word.place.end;
            }
        }
        add(&text[at..], false);
        Self { parts }
    }

    /// The part of a text around the first hit, or its beginning; cut between words.
    pub(crate) fn excerpt(text: &str, terms: &[Term]) -> Self {
        let words = words(text);
        let first = words.iter().find(|word| is_hit(&word.text, terms)).map_or(0, |word| word.place.start);
        let begins = |start: usize| words.iter().map(|word| word.place.start).find(|at| *at >= start);
        let start = if first <= BEFORE { 0 } else { begins(first - BEFORE).unwrap_or(first) };
        let ends = words.iter().map(|word| word.place.end).filter(|end| *end > first && *end <= start + EXCERPT);
        let whole_rest = text.len() <= start + EXCERPT;
        let end = if whole_rest { text.len() } else { ends.max().unwrap_or_else(|| boundary(text, start + EXCERPT)) };
        let mut cut = Self::whole(&text[start..end], terms);
        let dots = || Part { text: "…".to_owned(), hit: false };
        if start > 0 {
            cut.parts.insert(0, dots());
        }
        if end < text.len() {
            cut.parts.push(dots());
        }
        cut
    }

    /// As it stands in the text.
    pub fn plain(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    /// As HTML, with `<mark>` around what was found and everything else escaped.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for part in &self.parts {
            html.push_str(if part.hit { "<mark>" } else { "" });
            for char in part.text.chars() {
                match char {
                    '&' => html.push_str("&amp;"),
                    '<' => html.push_str("&lt;"),
                    '>' => html.push_str("&gt;"),
                    '"' => html.push_str("&quot;"),
                    '\'' => html.push_str("&#39;"),
                    other => html.push(other),
                }
            }
            html.push_str(if part.hit { "</mark>" } else { "" });
        }
        html
    }
}

fn is_hit(word: &str, terms: &[Term]) -> bool {
    terms.iter().filter(|term| !term.excluded).any(|term| {
        let last = term.words.len() - 1;
        term.words
            .iter()
            .enumerate()
            .any(|(at, one)| one == word || (term.prefix && at == last && word.starts_with(one)))
    })
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::words::terms;
    use super::*;

    #[test]
    fn what_was_found_is_marked_and_nothing_is_markup() {
        let marked = Marked::whole("<b>Rust</b> & \"RUST\" rusty", &terms("rust -rusty", false));
        let expected = "&lt;b&gt;<mark>Rust</mark>&lt;/b&gt; &amp; &quot;<mark>RUST</mark>&quot; rusty";
        assert_eq!(marked.html(), expected);
        assert_eq!(marked.plain(), "<b>Rust</b> & \"RUST\" rusty");
        assert_eq!(Marked::whole("rusty", &terms("ru", true)).html(), "<mark>rusty</mark>");
        assert_eq!(Marked::whole("", &[]).parts, []);
    }

    #[test]
    fn an_excerpt_is_around_the_first_hit_and_cut_between_words() {
        let text = format!("{}needle {}", "hay ".repeat(100), "straw ".repeat(100));
        let excerpt = Marked::excerpt(&text, &terms("needle", false)).plain();
        assert!(excerpt.starts_with("…hay ") && excerpt.ends_with("straw…"), "{excerpt}");
        assert!(excerpt.contains("needle") && excerpt.len() < EXCERPT + 10, "{excerpt}");
        assert_eq!(Marked::excerpt("short text", &terms("text", false)).html(), "short <mark>text</mark>");
        let one = Marked::excerpt(&"ä".repeat(1_000), &[]).plain();
        assert!(one.ends_with('…') && one.chars().all(|char| char == 'ä' || char == '…'));
    }
}
