//! The mistakes found in one item: all of them are collected, each at its token.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DeriveInput, Error};

use crate::errors::{distance, words};

/// In: token, code, sentence, advice. Out: one `compile_error!` each.
#[derive(Default)]
pub(crate) struct Report(Vec<Error>);

impl Report {
    /// The code that `expand` writes for an item, or what is wrong with the item.
    pub(crate) fn of(input: TokenStream, expand: impl FnOnce(&DeriveInput, &mut Self) -> TokenStream) -> TokenStream {
        let item: DeriveInput = match syn::parse2(input) {
            Ok(item) => item,
            Err(error) => return error.to_compile_error(),
        };
        let mut report = Self::default();
        let code = expand(&item, &mut report);
        if report.is_empty() { code } else { report.into_tokens() }
    }

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

fn in_our_words(attribute: &str, said: &str) -> String {
    words::unknown(said).unwrap_or_else(|| match said {
        named if named.starts_with('`') => named.to_owned(),
        said => format!("`{attribute}` can't be read: {}", words::lower_first(said)),
    })
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
