//! A mistake: its code, what is wrong, the part of the expression that is wrong, and what to write.
//!
//! No span can point inside a literal on stable, so the mark stands in the message and the span is the literal's.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    code: &'static str,
    wrong: String,
    /// The expression and the characters of it that are wrong: from, how many.
    part: Option<(String, usize, usize)>,
    help: String,
    /// It is about how days are joined, and not about the expression.
    pub(crate) is_of_days: bool,
}

impl Mistake {
    pub(crate) fn new(code: &'static str, wrong: impl Into<String>) -> Self {
        Self { code, wrong: wrong.into(), part: None, help: String::new(), is_of_days: false }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// It is shown at `days`.
    pub(crate) fn of_days(self) -> Self {
        Self { is_of_days: true, ..self }
    }

    /// Marks some characters of the expression.
    pub(crate) fn marking(self, expression: &str, from: usize, count: usize) -> Self {
        Self { part: Some((expression.to_owned(), from, count.max(1))), ..self }
    }

    pub(crate) fn text(&self) -> String {
        let mark = self.part.as_ref().map(|(expression, from, count)| {
            format!("\n    {expression}\n    {}{}", " ".repeat(*from), "^".repeat(*count))
        });
        format!("{} [{}]\nhelp: {}{}", self.wrong, self.code, self.help, mark.unwrap_or_default())
    }

    pub(crate) fn shown_at(&self, place: Span) -> TokenStream {
        let text = self.text();
        quote_spanned!(place=> ::core::compile_error!(#text))
    }
}
