//! The mistakes found so far, in the grammar of all macros: what is wrong, a code, what to write instead.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use syn::LitStr;

/// The collector.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    /// Where the statement stands that is looked at, where its span does not say.
    place: Option<String>,
}

impl Errors {
    /// What follows is about a statement that stands there.
    pub(crate) fn within(&mut self, place: Option<&str>) {
        self.place = place.map(str::to_owned);
    }

    /// Notes a mistake in a statement.
    pub(crate) fn add(&mut self, sql: &LitStr, code: &str, wrong: impl Display, help: impl Display) {
        self.add_at(sql.span(), code, wrong, help);
    }

    /// Notes a mistake at a place.
    pub(crate) fn add_at(&mut self, place: Span, code: &str, wrong: impl Display, help: impl Display) {
        let file = self.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        self.found.push(syn::Error::new(place, format!("{file}{wrong} [{code}]\nhelp: {help}")));
    }

    /// The errors as code.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// The name closest to `wrong`, where one is close enough to be what was meant.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wrong = wrong.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3)
        .min()
        .map(|(_, name)| name)
}

/// Names as a list: `` `a`, `b` ``.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
