//! The only places that generated code may name: the framework's hidden module and the application's wiring.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;

/// The hidden module of the facade.
pub(crate) fn private() -> TokenStream {
    quote!(::microcore::__private)
}

/// The module that `app!` leaves in the application's crate.
pub(crate) fn wiring() -> TokenStream {
    quote!(crate::__wiring)
}

/// The application's prelude, where every tool's alias is.
pub(crate) fn prelude() -> TokenStream {
    quote!(crate::prelude)
}

/// Reported at `place`, resolved here: generated code that fails is to be shown at the user's token, while the names in
/// it are the generated code's own.
pub(crate) fn shown_at(place: Span) -> Span {
    Span::call_site().located_at(place)
}

/// The same for every token of some code, each keeping its own names.
///
/// rustc reports one unmet bound at an argument, at the call and at the `await`; where all three are one place, it says
/// it once.
pub(crate) fn all_shown_at(place: Span, code: TokenStream) -> TokenStream {
    let shown = code.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = token {
            token = Group::new(group.delimiter(), all_shown_at(place, group.stream())).into();
        }
        token.set_span(token.span().located_at(place));
        token
    });
    shown.collect()
}
