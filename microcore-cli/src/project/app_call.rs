//! `app! { auth: Jwt }`: where it stands, which words are in it, and the text with one more or one less.
//!
//! In: the text of `src/lib.rs` or `src/main.rs`. Out: ranges of bytes, by the spans of its tokens.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::Project;
use crate::problem::{Problem, Result};

/// A file with one `app!`, or several.
#[derive(Debug, Clone)]
pub(crate) struct AppFile {
    /// Below the project: `src/lib.rs`.
    pub(crate) path: String,
    /// As it is.
    pub(crate) text: String,
    calls: Vec<Call>,
}

/// One `app!`.
#[derive(Debug, Clone)]
struct Call {
    /// What stands between its delimiters.
    inside: Range<usize>,
    padded: bool,
    entries: Vec<Entry>,
}

/// `auth: Jwt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `auth`.
    pub(crate) name: String,
    /// `Jwt`, as written.
    pub(crate) value: String,
    range: Range<usize>,
    /// Where its comma ends, if it has one.
    comma: Option<usize>,
}

impl AppFile {
    /// Of a project.
    pub(super) fn find(project: &Project) -> Result<Self> {
        for path in ["src/lib.rs", "src/main.rs"] {
            let Some(text) = project.read(path)? else { continue };
            let calls = calls(&text).map_err(|error| {
                let at = error.span().start();
                Problem::new(format!("`{path}` can't be read: {error}")).help(format!(
                    "at {path}:{}:{}",
                    at.line,
                    at.column + 1
                ))
            })?;
            if !calls.is_empty() {
                return Ok(Self { path: path.to_owned(), text, calls });
            }
        }
        Err(Problem::new("neither `src/lib.rs` nor `src/main.rs` has `app!`")
            .help("write `microcore::app! {}` into `src/lib.rs`"))
    }

    /// What stands in all of them.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.calls.iter().flat_map(|call| &call.entries)
    }

    /// The value behind a name, where one `app!` has it.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.entries().find(|entry| entry.name == name).map(|entry| entry.value.as_str())
    }

    /// Whether one `app!` of several has the name and another has not, or they have different values: then nobody can know
    /// which one is meant.
    pub(crate) fn is_divided(&self, name: &str) -> bool {
        let value = |call: &Call| call.entries.iter().find(|entry| entry.name == name).map(|entry| entry.value.clone());
        let mut values = self.calls.iter().map(value);
        let first = values.next();
        values.any(|value| Some(value) != first)
    }

    /// The folder whose files it lists.
    pub(super) fn folder(&self) -> String {
        let root = self.value("root").map(|value| value.trim_matches('"').trim_matches('/').to_owned());
        match root {
            Some(root) if !root.is_empty() && root != "." => format!("src/{root}"),
            _ => "src".to_owned(),
        }
    }

    /// The text with one more word, at the end of each `app!`: several are for several sets of features, and a tool that is
    /// added is there with all of them.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let written = format!("{name}: {value}");
        // From the last one on, so that what stands before keeps its place.
        self.calls.iter().rev().fold(self.text.clone(), |mut text, call| {
            let (range, inserted) = self.insertion(call, &written);
            text.replace_range(range, &inserted);
            text
        })
    }

    /// Where a word goes into one `app!`, and with what around it.
    fn insertion(&self, call: &Call, written: &str) -> (Range<usize>, String) {
        let Some(last) = call.entries.last() else {
            let padded = if call.padded { format!(" {written} ") } else { written.to_owned() };
            return (call.inside.clone(), padded);
        };
        let end = last.comma.unwrap_or(last.range.end);
        let rest = &self.text[end..call.inside.end];
        let comma = if last.comma.is_some() { "" } else { "," };
        let behind = if last.comma.is_some() { "," } else { "" };
        if rest.contains('\n') {
            let line = self.text[..last.range.start].rfind('\n').map_or(0, |at| at + 1);
            let indent: String = self.text[line..].chars().take_while(|char| char.is_whitespace()).collect();
            // A remark behind the last word stays with it.
            let remark = rest.find('\n').filter(|_| last.comma.is_some() && rest.trim_start().starts_with("//"));
            let at = end + remark.unwrap_or(0);
            (at..at, format!("{comma}\n{indent}{written}{behind}"))
        } else {
            (end..end, format!("{comma} {written}{behind}"))
        }
    }

    /// The text with another value behind a name.
    pub(crate) fn replaced(&self, name: &str, value: &str) -> String {
        self.calls.iter().rev().fold(self.text.clone(), |mut text, call| {
            if let Some(entry) = call.entries.iter().find(|entry| entry.name == name) {
                let end = entry.range.end;
                text.replace_range(end - entry.value.len()..end, value);
            }
            text
        })
    }

    /// The text without a word; what [`AppFile::with`] wrote is taken back exactly.
    pub(crate) fn without(&self, name: &str) -> String {
        self.calls.iter().rev().fold(self.text.clone(), |mut text, call| {
            if let Some(at) = call.entries.iter().position(|entry| entry.name == name) {
                text.replace_range(range_of(call, at), "");
            }
            text
        })
    }
}

/// An entry with the comma that goes with it.
fn range_of(call: &Call, at: usize) -> Range<usize> {
    let entry = &call.entries[at];
    match (at.checked_sub(1).map(|before| &call.entries[before]), call.entries.get(at + 1)) {
        (None, None) => call.inside.clone(),
        (None, Some(next)) => entry.range.start..next.range.start,
        (Some(before), _) => match entry.comma {
            Some(end) => before.comma.unwrap_or(before.range.end)..end,
            None => before.range.end..entry.range.end,
        },
    }
}

fn calls(text: &str) -> syn::Result<Vec<Call>> {
    let file = syn::parse_file(text)?;
    let macros = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().is_some_and(|last| last.ident == "app") => {
            Some(&item.mac)
        }
        _ => None,
    });
    Ok(macros
        .map(|call| {
            let delimiters = call.delimiter.span();
            let inside = delimiters.open().byte_range().end..delimiters.close().byte_range().start;
            let padded = matches!(call.delimiter, syn::MacroDelimiter::Brace(_));
            Call { inside, padded, entries: entries(call.tokens.clone(), text) }
        })
        .collect())
}

/// `name: value` up to each comma that is not within `<` and `>`.
fn entries(tokens: proc_macro2::TokenStream, text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(TokenTree::Ident(name)) = rest.next() {
        let start = name.span().byte_range().start;
        // The colon.
        rest.next();
        let (mut depth, mut value, mut comma, mut before) = (0_u32, None::<Range<usize>>, None, ' ');
        for token in rest.by_ref() {
            let sign = match &token {
                TokenTree::Punct(sign) => sign.as_char(),
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => ' ',
                _ => ' ',
            };
            match sign {
                '<' => depth += 1,
                '>' if before != '-' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    comma = Some(token.span().byte_range().end);
                    break;
                }
                _ => {}
            }
            before = sign;
            let at = token.span().byte_range();
            value = Some(value.map_or(at.start, |value| value.start)..at.end);
        }
        let value = value.unwrap_or(start..start);
        entries.push(Entry {
            name: name.to_string(),
            value: text[value.clone()].to_owned(),
            range: start..value.end,
            comma,
        });
    }
    entries
}

#[cfg(test)]
impl AppFile {
    pub(crate) fn of(text: &str) -> Self {
        Self { path: "src/lib.rs".to_owned(), text: text.to_owned(), calls: calls(text).expect("it is Rust") }
    }
}
