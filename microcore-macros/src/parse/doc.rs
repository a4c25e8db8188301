//! Doc comments → the first sentence, for the manifest.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The first sentence of the documentation, on one line; empty where there is none.
pub(crate) fn first_sentence(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value else { continue };
        let line = line.value();
        let line = line.trim();
        if line.is_empty() && !text.is_empty() {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
        if let Some(end) = text.find(". ") {
            text.truncate(end + 1);
            break;
        }
    }
    text
}
