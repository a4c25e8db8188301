//! What would switch off the check of imports, wherever in a file it stands.
//!
//! In: the file's pieces. Out: each escape with its place. An attribute is `#` or `#!` and brackets, or stands inside of
//! `cfg_attr`; what a macro is given may become one.

use crate::text::{Attribute, Piece, attributes_of};

/// Something that would let an import of another plugin through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Escape {
    /// `allow(deprecated)`, `include!`, `#[path]`.
    pub(super) shown: String,
    /// Its first byte.
    pub(super) at: usize,
    is_lint: bool,
}

impl Escape {
    pub(super) fn help(&self) -> &'static str {
        if self.is_lint {
            "that lint keeps plugins apart; wrap a deprecated item of another crate in a tool"
        } else {
            "code from elsewhere would escape the check of imports; put it into a tool or a model"
        }
    }
}

/// Every escape, in the order of the text.
pub(super) fn escapes(pieces: &[Piece<'_>]) -> Vec<Escape> {
    let mut found = Vec::new();
    search(pieces, false, &mut found);
    found
}

fn search(pieces: &[Piece<'_>], in_macro: bool, found: &mut Vec<Escape>) {
    for (index, piece) in pieces.iter().enumerate() {
        let before = |steps: usize| index.checked_sub(steps).and_then(|place| pieces.get(place));
        let is_before = |mark: char| before(1).is_some_and(|piece| piece.is_mark(mark));
        let next = pieces.get(index + 1);
        match piece {
            Piece::Group { open, inside, .. } => {
                let after_hash = is_before('#') || is_before('!') && before(2).is_some_and(|piece| piece.is_mark('#'));
                if *open == '[' && after_hash {
                    for attribute in &attributes_of(inside) {
                        judge(attribute, found);
                    }
                }
                // `name!(…)`, and the rules of a `macro_rules! name { … }`.
                let is_called = is_before('!') && before(2).is_some_and(|piece| piece.word().is_some());
                let is_defined = before(3).is_some_and(|piece| piece.is_word("macro_rules"));
                search(inside, in_macro || is_called || is_defined, found);
            }
            Piece::Word { text: "include", at } => {
                let is_called = next.is_some_and(|next| next.is_mark('!'))
                    && pieces.get(index + 2).is_some_and(|group| matches!(group, Piece::Group { .. }));
                let is_renamed = is_before(':') && next.is_some_and(|next| next.is_word("as"));
                if is_called || is_renamed {
                    found.push(Escape { shown: "include!".to_owned(), at: *at, is_lint: false });
                }
            }
            // `m!(allow(deprecated))`: a macro may write it into an attribute.
            Piece::Word { text, at } if in_macro && !is_before('.') && !is_before(':') => {
                let attribute = Attribute { name: text, at: *at, rest: &pieces[index + 1..], is_conditional: false };
                let is_in_attribute = before(1).is_some_and(|piece| piece.is_word("fn"));
                if let Some([lint]) = attribute.rest.first().and_then(|piece| piece.group('('))
                    && lint.word().is_some()
                    && !is_in_attribute
                {
                    judge(&attribute, found);
                }
            }
            _ => {}
        }
    }
}

fn judge(attribute: &Attribute<'_, '_>, found: &mut Vec<Escape>) {
    let lints: &[&str] = match attribute.name {
        "allow" | "expect" => &["deprecated", "warnings"],
        // It would be said, and not refused.
        "warn" => &["deprecated"],
        "path" if attribute.rest.first().is_some_and(|piece| piece.is_mark('=')) => {
            found.push(Escape { shown: "#[path]".to_owned(), at: attribute.at, is_lint: false });
            return;
        }
        _ => return,
    };
    let Some(list) = attribute.rest.first().and_then(|piece| piece.group('(')) else { return };
    for entry in list.split(|piece| piece.is_mark(',')) {
        if let [Piece::Word { text, at }] = entry
            && lints.contains(text)
        {
            let escape = Escape { shown: format!("{}({text})", attribute.name), at: *at, is_lint: true };
            // What a macro is given is seen as an attribute and as a word.
            if !found.contains(&escape) {
                found.push(escape);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::read;

    fn shown(text: &str) -> Vec<String> {
        escapes(&read(text).unwrap()).into_iter().map(|escape| escape.shown).collect()
    }

    #[test]
    fn finds_every_spelling_of_an_attribute_and_of_include() {
        for (text, expected) in [
            ("#[allow(unused, deprecated)] fn f() {}", "allow(deprecated)"),
            ("#![allow(deprecated)]", "allow(deprecated)"),
            ("# ! [ allow ( deprecated ) ]", "allow(deprecated)"),
            ("#![cfg_attr(all(), allow(deprecated))]", "allow(deprecated)"),
            ("#[cfg_attr(any(a, b), cfg_attr(c, expect(warnings, reason = \"…\")))] mod m {}", "expect(warnings)"),
            ("fn f() { #[expect(deprecated)] let x = y; }", "expect(deprecated)"),
            ("#[warn(deprecated)] use a::b;", "warn(deprecated)"),
            ("macro_rules! m { () => { #[allow(warnings)] fn f() {} } }", "allow(warnings)"),
            ("m! { allow(deprecated) }", "allow(deprecated)"),
            ("include!(\"other.rs\");", "include!"),
            ("fn f() { std::include! { \"other.rs\" } }", "include!"),
            ("use std::include as bring;", "include!"),
            ("#[path = \"other.rs\"] mod other;", "#[path]"),
            ("#[cfg_attr(all(), path = \"other.rs\")] mod other;", "#[path]"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn leaves_everything_else_alone() {
        for text in [
            "fn f(path: &Path) { assert!(path.exists()); assert!(!(path == other)); if !{ path } {} }",
            "fn f() { matches!(path, Some(_)); vec![path, other]; vec![path = 1]; dbg!(path) }",
            "fn f() { lock.expect(\"no warnings\"); log.expect(warnings); m!(x.expect(warnings)); expect(deprecated); }",
            "mod tests { fn t() { assert_eq!(reply.warn(deprecated), allow(deprecated, 1)); } }",
            "const A: &str = \"allow(deprecated)\"; /* include!() */ // #[path = \"x\"]\n#[allow(unused)] fn path() {}",
            "const A: &str = include_str!(\"a.sql\"); const B: &[u8] = include_bytes!(\"b\"); fn f() { include != 1 }",
            "#[doc = \"allow(deprecated)\"] #[validate(regex(path = *RE))] #[allow(clippy::deprecated_semver)] struct A;",
            "#[deprecated] #[deny(warnings)] #[forbid(deprecated)] fn f() {}",
            "#[serde(with = \"path\")] #[path::to::attribute(path = 1)] struct A { path: u8 }",
        ] {
            assert_eq!(shown(text), [] as [&str; 0], "{text}");
        }
    }
}
