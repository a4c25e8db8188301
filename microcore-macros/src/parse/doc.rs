//! Doc comments → the first sentence, for the manifest, and the rest, for documents.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The first sentence of the documentation, on one line; empty where there is none.
pub(crate) fn first_sentence(attributes: &[Attribute]) -> String {
    documentation(attributes).0
}

/// The first sentence, on one line, and what follows it, as written.
pub(crate) fn documentation(attributes: &[Attribute]) -> (String, String) {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else { return None };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value else { return None };
        Some(line.value())
    });
    // A `/** … */` is one attribute of several lines.
    let lines: Vec<String> = lines.flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>()).collect();
    let text =
        lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    let paragraph = text.find("\n\n").unwrap_or(text.len());
    let ends = [". ", ".\n"].iter().filter_map(|end| text[..paragraph].find(end)).min();
    let (first, rest) = text.split_at(ends.map_or(paragraph, |end| end + 1));
    let first: Vec<&str> = first.lines().map(str::trim).collect();
    (first.join(" "), rest.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn the_first_sentence_is_one_line_and_the_rest_is_as_written() {
        let of = |item: syn::ItemFn| documentation(&item.attrs);
        let split = |first: &str, rest: &str| (first.to_owned(), rest.to_owned());
        assert_eq!(
            of(parse_quote!(
                fn bare() {}
            )),
            split("", "")
        );
        let one = parse_quote! {
            /// Makes a report
            /// of it. It takes long.
            ///
            /// - a list
            ///   goes on
            fn one() {}
        };
        assert_eq!(of(one), split("Makes a report of it.", "It takes long.\n\n- a list\n  goes on"));
        let two = parse_quote! {
            /// Reads v1.2 of it
            ///
            /// Slowly.
            fn two() {}
        };
        assert_eq!(of(two), split("Reads v1.2 of it", "Slowly."));
        let block = parse_quote! {
            /** Ends here.
             * Not there. */
            fn block() {}
        };
        assert_eq!(of(block).0, "Ends here.");
    }
}
