//! The mistakes found in one item: all of them are collected, each at its token.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// In: token, code, sentence, advice. Out: one `compile_error!` each.
#[derive(Default)]
pub(crate) struct Report(Vec<Error>);

impl Report {
    pub(crate) fn add(&mut self, place: &impl ToTokens, code: &str, sentence: &str, help: &str) {
        self.0.push(Error::new_spanned(place, format!("{sentence} [{code}]\nhelp: {help}")));
    }

    /// What darling or syn found, with our code and advice.
    pub(crate) fn add_error(&mut self, error: &Error, attribute: &str, code: &str, help: &str) {
        for one in error.clone() {
            let sentence = in_our_words(attribute, &one.to_string());
            self.0.push(Error::new(one.span(), format!("{sentence} [{code}]\nhelp: {help}")));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(Error::to_compile_error).collect()
    }
}

/// darling says "Unknown field: `x`. Available values: `a`, `b`".
fn in_our_words(attribute: &str, said: &str) -> String {
    let unknown = said.strip_prefix("Unknown field: ").and_then(|rest| rest.split_once(". Available values: "));
    unknown.map_or_else(
        || {
            if said.starts_with('`') {
                said.to_owned()
            } else {
                format!("`{attribute}` can't be read: {}", lower_first(said))
            }
        },
        |(name, names)| format!("{name} must be one of {names}"),
    )
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// The name most like `word`, where one is close.
pub(crate) fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    names
        .iter()
        .map(|name| (distance(word, name), *name))
        .min()
        .filter(|(steps, name)| *steps <= (name.len() / 3).max(2))
        .map(|(_, name)| name)
}

fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
