//! Names as texts and names as tokens: `type` is a field's, a file's or a query's name, and `r#type` in Rust.

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt;

/// The name as people write it outside of Rust.
pub(crate) fn shown(name: &Ident) -> String {
    name.unraw().to_string()
}

/// The name as Rust takes it; `None` where it can't be one: `self`, `1a`, `a-b`.
pub(crate) fn ident(name: &str, span: Span) -> Option<Ident> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    // Parsers skip blanks and comments around a name, which are part of a file's.
    let is_plain = syn::parse_str::<Ident>(name).is_ok_and(|ident| ident == name);
    let is_name = || syn::parse::Parser::parse_str(Ident::parse_any, name).is_ok_and(|ident| ident == name);
    let is_path_word = ["self", "Self", "super", "crate", "_"].contains(&name);
    if is_plain {
        Some(Ident::new(name, span))
    } else if !is_path_word && is_name() {
        Some(Ident::new_raw(name, span))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_language_is_a_raw_name() {
        let of = |name| ident(name, Span::call_site()).map(|name| name.to_string());
        assert_eq!(of("users").as_deref(), Some("users"));
        assert_eq!(of("type").as_deref(), Some("r#type"));
        assert_eq!(of("r#type").as_deref(), Some("r#type"));
        for wrong in ["self", "crate", "super", "Self", "_", "1a", "a-b", "", " a", "type ", "a/*b*/"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!(shown(&ident("type", Span::call_site()).unwrap()), "type");
    }
}
