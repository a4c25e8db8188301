//! The collector: every stage adds to it, nothing stops at the first mistake.
//!
//! In: a place, a code, what is wrong and what to write. Out: one `compile_error!` per mistake, at its token.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Notes a mistake at `place`: `` `subject` must be … `` and what to write instead.
    pub(crate) fn add(
        &mut self,
        place: impl ToTokens,
        code: &str,
        wrong: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        self.0.push(syn::Error::new_spanned(place, sentence(code, wrong, help)));
    }

    /// The same for a place that has a span and no tokens.
    pub(crate) fn add_at(
        &mut self,
        place: Span,
        code: &str,
        wrong: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        self.0.push(syn::Error::new(place, sentence(code, wrong, help)));
    }

    /// Takes over what a parser found.
    pub(crate) fn extend(&mut self, found: syn::Error) {
        self.0.extend(found);
    }

    /// How many there are: a part compares before and after to know whether it failed.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors as code.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }

    /// The errors as text, for tests.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

/// The whole text: what is wrong, its code, and what to write.
pub(crate) fn sentence(code: &str, wrong: impl std::fmt::Display, help: impl std::fmt::Display) -> String {
    format!("{wrong} [{code}]\nhelp: {help}")
}
