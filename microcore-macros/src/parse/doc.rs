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
    let (first, rest) = text.split_at(sentence(text));
    let first: Vec<&str> = first.lines().map(str::trim).collect();
    (first.join(" "), rest.trim().to_owned())
}

/// Words that end in a full stop and end no sentence.
const SHORTENED: [&str; 14] =
    ["approx.", "ca.", "cf.", "dr.", "mr.", "mrs.", "ms.", "prof.", "resp.", "st.", "vs.", "al.", "etc.", "incl."];
/// The same where a number follows.
const COUNTED: [&str; 6] = ["fig.", "no.", "nr.", "p.", "pp.", "sec."];

/// Where the first sentence ends: at its own end, at an empty line, or where a list, a heading or a block begins.
fn sentence(text: &str) -> usize {
    let starts_anew =
        |line: &str| ["- ", "* ", "+ ", "# ", "## ", "```", "> ", "| "].iter().any(|mark| line.starts_with(mark));
    let mut is_code = false;
    let mut line_starts = false;
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        if line_starts && !is_code && (rest.starts_with('\n') || starts_anew(rest.trim_start_matches(' '))) {
            return at;
        }
        line_starts = character == '\n';
        match character {
            '`' => is_code = !is_code,
            '.' | '!' | '?' | '。' if !is_code => {
                let end = at + character.len_utf8();
                // `(as here.)` ends behind what closes.
                let closing = text[end..].len() - text[end..].trim_start_matches([')', '"', '”', '’', '\'']).len();
                let behind = &text[end + closing..];
                if (character == '。' || behind.starts_with([' ', '\n']) || behind.is_empty())
                    && !is_shortened(&text[..end], behind.trim_start())
                {
                    return end + closing;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Whether what ends in a full stop is a word cut short: `e.g.`, `J. Doe`, `no. 5`.
fn is_shortened(text: &str, behind: &str) -> bool {
    if !text.ends_with('.') {
        return false;
    }
    let word = text.split(|one: char| one.is_whitespace() || one == '(' || one == '"').next_back().unwrap_or(text);
    let lower = word.to_lowercase();
    let goes_on = behind.starts_with(char::is_lowercase);
    let letters = word.trim_end_matches('.');
    let has_dots_inside = letters.contains('.') && letters.split('.').all(|part| part.chars().count() == 1);
    let is_initial = letters.chars().count() == 1 && letters.chars().all(char::is_uppercase);
    match lower.as_str() {
        // These may well be the last word.
        "etc." | "al." | "a.m." | "p.m." => goes_on,
        word if COUNTED.contains(&word) => behind.starts_with(|one: char| one.is_ascii_digit()),
        word => SHORTENED.contains(&word) || has_dots_inside || is_initial,
    }
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

    #[test]
    fn a_sentence_ends_at_its_end_and_not_before() {
        let first = |text: &str| text[..sentence(text)].to_owned();
        for (text, expected) in [
            (
                "Lists users, teams and roles; all of them: sorted. Slowly.",
                "Lists users, teams and roles; all of them: sorted.",
            ),
            (
                "Takes a unit, e.g. metres, i.e. what is meant. Or not.",
                "Takes a unit, e.g. metres, i.e. what is meant.",
            ),
            ("Reads `a. B` of v1.2 and config.toml. Then more.", "Reads `a. B` of v1.2 and config.toml."),
            (
                "Asks Dr. Who and J. Doe (see no. 5 vs. no. 6.) It ends.",
                "Asks Dr. Who and J. Doe (see no. 5 vs. no. 6.)",
            ),
            ("Says yes or no. 5 is no answer", "Says yes or no. 5 is no answer"),
            ("Says yes or no. Then goes.", "Says yes or no."),
            ("Users, teams, etc. are read. More.", "Users, teams, etc. are read."),
            ("Users, teams, etc. More.", "Users, teams, etc."),
            ("Opens at 9 a.m. every day. More.", "Opens at 9 a.m. every day."),
            ("Is it there? Then so.", "Is it there?"),
            ("Goes!\nOn.", "Goes!"),
            ("Over two\nlines of it.\nNot this.", "Over two\nlines of it."),
            ("Takes\n- a list\n- of two", "Takes\n"),
            ("Takes\n\nSlowly.", "Takes\n"),
            ("No end", "No end"),
            ("…", "…"),
            ("", ""),
        ] {
            assert_eq!(first(text), expected, "{text}");
        }
    }
}
