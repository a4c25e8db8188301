//! The plugin's own file, read as text: what a file may not say, because it would switch off the check of imports.
//!
//! This is the one place where a macro reads a file. A stale answer can't hide a mistake: rustc expands again whenever
//! the file changes, and an editor that gives no file name gets no answer at all.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use crate::errors::Errors;

/// The file in which a token stands.
#[derive(Debug)]
pub(crate) struct OwnFile {
    text: String,
    /// The items with `#[plugin]`, in order; `None` where the text can't be read.
    items: Option<Vec<MarkedItem>>,
}

/// An item with `#[plugin]`.
#[derive(Debug)]
struct MarkedItem {
    kind: ItemKind,
    /// The type's name.
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemKind {
    Struct,
    Impl,
}

impl OwnFile {
    /// Reads it; `None` where the compiler does not say which file it is.
    pub(crate) fn of(span: Span) -> Option<Self> {
        // Outside of a compiler (in tests) there is no file to ask for.
        if !proc_macro2_is_inside() {
            return None;
        }
        let path = span.unwrap().local_file()?;
        std::fs::read_to_string(path).ok().map(Self::read)
    }

    fn read(text: String) -> Self {
        let items = text.parse().ok().map(marked_items);
        Self { text, items }
    }

    /// Refuses everything that would let an import of another plugin through.
    pub(crate) fn check_escapes(&self, place: Span, errors: &mut Errors) {
        const WORDS: [&str; 4] = ["deprecated", "warnings", "include", "path"];
        if !WORDS.iter().any(|word| self.text.contains(word)) {
            return;
        }
        let Ok(tokens) = self.text.parse::<TokenStream>() else { return };
        let mut escapes = Vec::new();
        find_escapes(&tokens.into_iter().collect::<Vec<_>>(), &mut escapes);
        for escape in escapes {
            let (line, column) = self.locate(escape);
            errors.add_at(
                place,
                "MC0105",
                format!(
                    "a plugin file must not contain `{}`, as this one does at line {line}, column {column}",
                    escape.shown()
                ),
                escape.help(),
            );
        }
    }

    /// The name of another plugin that stands in this file, before the one named `name`.
    pub(crate) fn earlier_plugin(&self, name: &str) -> Option<String> {
        let first = self.items.as_ref()?.first()?;
        (first.name != name).then(|| first.name.clone())
    }

    /// Whether `name` is a struct with `#[plugin]` in this file.
    pub(crate) fn has_plugin_struct(&self, name: &str) -> bool {
        self.has(ItemKind::Struct, name)
    }

    /// Whether `name` has an impl with `#[plugin]` in this file.
    pub(crate) fn has_plugin_impl(&self, name: &str) -> bool {
        self.has(ItemKind::Impl, name)
    }

    /// A file that can't be read has the benefit of the doubt: the compiler says what is wrong with it.
    fn has(&self, kind: ItemKind, name: &str) -> bool {
        self.items.as_ref().is_none_or(|items| items.iter().any(|item| item.kind == kind && item.name == name))
    }

    /// Line and column, from 1, of the first place where the escape stands.
    fn locate(&self, escape: Escape) -> (usize, usize) {
        let word = match escape {
            Escape::Lint(lint) => lint,
            Escape::Include => "include!",
            Escape::Path => "path",
        };
        let offset = self.text.match_indices(word).map(|(offset, _)| offset).find(|offset| {
            let line = self.text[..*offset].rsplit('\n').next().unwrap_or_default().trim_start();
            !line.starts_with("//")
        });
        let before = &self.text[..offset.unwrap_or_default()];
        (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
    }
}

/// Something that would switch off the check of imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    /// `allow(deprecated)`, `expect(warnings)`.
    Lint(&'static str),
    Include,
    Path,
}

impl Escape {
    fn shown(self) -> String {
        match self {
            Self::Lint(lint) => format!("allow({lint})"),
            Self::Include => "include!".to_owned(),
            Self::Path => "#[path]".to_owned(),
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Lint(_) => "that lint keeps plugins apart; wrap a deprecated item of another crate in a tool",
            Self::Include | Self::Path => {
                "code from elsewhere would escape the check of imports; put it into a tool or a model"
            }
        }
    }
}

/// Walks tokens, so that code inside macros counts and text in comments and literals does not.
fn find_escapes(tokens: &[TokenTree], escapes: &mut Vec<Escape>) {
    let is = |index: usize, word: &str| matches!(tokens.get(index), Some(TokenTree::Ident(ident)) if ident == word);
    let is_punct = |index: usize, mark: char| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            if index > 0 && (is(index - 1, "allow") || is(index - 1, "expect")) {
                for lint in ["deprecated", "warnings"] {
                    if inner.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == lint)) {
                        escapes.push(Escape::Lint(lint));
                    }
                }
            }
            let is_attribute = index > 0 && (is_punct(index - 1, '#') || is_punct(index - 1, '!'));
            if is_attribute && matches!(inner.first(), Some(TokenTree::Ident(ident)) if ident == "path") {
                escapes.push(Escape::Path);
            }
            find_escapes(&inner, escapes);
        }
        if is(index, "include") && is_punct(index + 1, '!') {
            escapes.push(Escape::Include);
        }
    }
}

/// The items with `#[plugin]` at the top of a file.
///
/// Read from the tokens: every plugin's macros ask for them at every build, and parsing a whole file as Rust, its
/// functions and tests included, cost more than all the rest that a macro does.
fn marked_items(tokens: TokenStream) -> Vec<MarkedItem> {
    let mut found = Vec::new();
    let mut marked = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.next_if(|next| matches!(next, TokenTree::Group(_))) {
                    marked |= is_plugin(attribute.stream());
                }
            }
            TokenTree::Ident(word) if word == "struct" => {
                if let (Some(TokenTree::Ident(name)), true) = (tokens.next(), std::mem::take(&mut marked)) {
                    found.push(MarkedItem { kind: ItemKind::Struct, name: name.to_string() });
                }
            }
            TokenTree::Ident(word) if word == "impl" => {
                if let (Some(name), true) = (self_type(&mut tokens), std::mem::take(&mut marked)) {
                    found.push(MarkedItem { kind: ItemKind::Impl, name });
                }
            }
            // The end of some other item.
            TokenTree::Punct(mark) if mark.as_char() == ';' => marked = false,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => marked = false,
            _ => {}
        }
    }
    found
}

/// `plugin`, or a path that ends so, with arguments or without.
fn is_plugin(attribute: TokenStream) -> bool {
    let path = attribute.into_iter().take_while(|token| matches!(token, TokenTree::Ident(_) | TokenTree::Punct(_)));
    path.last().is_some_and(|last| matches!(last, TokenTree::Ident(name) if name == "plugin"))
}

/// The name of the type that an impl is for: the last one before the body that is no type's argument.
fn self_type(tokens: &mut impl Iterator<Item = TokenTree>) -> Option<String> {
    let (mut name, mut depth, mut after_dash, mut bounds) = (None, 0_i32, false, false);
    for token in tokens {
        match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Ident(word) if word == "where" => bounds = true,
            TokenTree::Ident(word) if depth == 0 && !bounds => name = Some(word.to_string()),
            TokenTree::Punct(mark) if mark.as_char() == '<' => depth += 1,
            // Not the end of `->`.
            TokenTree::Punct(mark) if mark.as_char() == '>' && !after_dash => depth -= 1,
            _ => {}
        }
        after_dash = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '-');
    }
    name
}

fn proc_macro2_is_inside() -> bool {
    proc_macro::is_available()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escapes(text: &str) -> Vec<String> {
        let mut errors = Errors::default();
        OwnFile::read(text.to_owned()).check_escapes(Span::call_site(), &mut errors);
        errors.messages()
    }

    #[test]
    fn finds_escapes_in_attributes_and_macros_and_names_the_line() {
        let found = escapes("// allow(deprecated)\nuse a::B;\n#[allow(unused, deprecated)]\nfn f() {}\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("line 3, column 17"), "{}", found[0]);
        assert_eq!(escapes("macro_rules! m { () => { #[expect(warnings)] fn f() {} } }").len(), 1);
        assert_eq!(escapes("#![cfg_attr(all(), allow(deprecated))]").len(), 1);
        assert_eq!(escapes("include!(\"other.rs\");").len(), 1);
        assert_eq!(escapes("#[path = \"other.rs\"] mod other;").len(), 1);
    }

    #[test]
    fn leaves_texts_comments_and_other_lints_alone() {
        assert!(
            escapes("const A: &str = \"allow(deprecated)\"; /* include!() */ #[allow(unused)] fn path() {}").is_empty()
        );
        assert!(escapes("const A: &str = include_str!(\"a.sql\");").is_empty());
    }

    #[test]
    fn two_plugins_in_one_file_are_seen_and_a_struct_with_its_impl_is_one() {
        let one = OwnFile::read("#[plugin] pub struct A {} #[plugin] impl A {}".into());
        assert_eq!(one.earlier_plugin("A"), None);
        assert!(one.has_plugin_struct("A") && one.has_plugin_impl("A") && !one.has_plugin_impl("B"));
        let two = OwnFile::read("#[plugin] impl A {} #[plugin] impl B {}".into());
        assert_eq!(two.earlier_plugin("B").as_deref(), Some("A"));
        assert_eq!(two.earlier_plugin("A"), None);
        let generic = OwnFile::read(
            "#![allow(x)] #[a] struct Z; /// d\n#[microcore::plugin] #[b(c)] impl<F: Fn() -> u8> m::A<F> where F: C {}"
                .into(),
        );
        assert!(generic.has_plugin_impl("A") && !generic.has_plugin_struct("Z"));
    }
}
