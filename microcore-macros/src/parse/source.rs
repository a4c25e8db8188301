//! Tokens → text as people write it, for the manifest: a macro gets tokens, and printing them puts a space between any
//! two.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `async fn get<T: Row>(&self, key: &str) -> Result<Option<T>>`.
pub(crate) fn source_text(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    let mut glued = true;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => (" {", "}"),
                    Delimiter::None => ("", ""),
                };
                // `f(` and `Vec<T>(` hold together; `-> (`, `, (` and `: [` do not.
                if !glued && !text.ends_with(|last: char| last.is_alphanumeric() || "_>".contains(last)) {
                    text.push(' ');
                }
                text.push_str(open);
                let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                let commas = group.stream().into_iter().filter(is_comma).count();
                write(group.stream(), text);
                // A list that was written over several lines ends with a comma; on one line it does not, but `(T,)`.
                if text.ends_with(',') && commas > 1 {
                    text.pop();
                }
                text.push_str(close);
                glued = false;
            }
            TokenTree::Punct(punct) => {
                let mark = punct.as_char();
                let second = text.ends_with(['-', '=', ':', '>', '<', '&', '|', '.']) && glued_mark(text, mark);
                // `T: ?Sized`, but `value?`.
                let relaxed = mark == '?' && text.ends_with(['+', ':', ',']);
                // `<'_, <E as Trait>::Type>`, but `Vec<T>`.
                let begins_path = mark == '<' && text.ends_with(',');
                if (relaxed || begins_path || matches!(mark, '=' | '+' | '-' | '|' | '&' | '\'' | '*' | '#'))
                    && !glued
                    && !second
                {
                    text.push(' ');
                }
                text.push(mark);
                let inside_of_two = punct.spacing() == Spacing::Joint;
                let arrow = text.ends_with("->") || text.ends_with("=>");
                glued = (inside_of_two
                    || matches!(mark, '<' | '&' | '\'' | '?' | '!' | '*' | '#' | '.')
                    || text.ends_with("::"))
                    && !arrow;
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                if !glued && !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&token.to_string());
                glued = false;
            }
        }
    }
}

/// Whether `mark` is the second half of `->`, `=>`, `::` and the like.
fn glued_mark(text: &str, mark: char) -> bool {
    matches!((text.chars().last(), mark), (Some('-' | '='), '>') | (Some(':'), ':') | (Some('.'), '.' | '='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_it_was_written() {
        for written in [
            "fn now(&self) -> u64",
            "async fn get<T: DeserializeOwned>(&self, key: &'static str) -> Result<Option<T>>",
            "async fn set<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), a::Error>",
            "fn rows(self, rows: impl IntoIterator<Item = (u8, [u8; 4])>) -> Vec<Vec<u8>>",
            "async fn run<T, F>(&self, work: F) -> T where F: AsyncFnOnce(&mut Tx<B>) -> T,",
            "fn ask<E: Answered<A>>(&self, (one,): (E,)) -> Asking<'_, <E as Answered<A>>::Reply>",
        ] {
            let tokens: TokenStream = written.parse().unwrap();
            assert_eq!(source_text(tokens), written);
        }
        let long: TokenStream = "fn ask(\n    &self,\n    id: u8,\n)".parse().unwrap();
        assert_eq!(source_text(long), "fn ask(&self, id: u8)");
    }
}
