//! What the text of a file says of itself: whether it declares what its folder holds, and which SQL in it nobody sees.
//!
//! Nothing that is wired is read here, only where to look for it: a file without a declaration has no link in the chain,
//! and the compiler's own words about that would not help.

use crate::text::{Item, Piece, items, line_and_column, read};

/// Of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is an answer of its own, to a question about one file")]
pub(crate) struct Contents {
    /// Whether an item at its top has the attribute.
    pub(crate) is_marked: bool,
    /// Whether that item is there in some builds only.
    pub(crate) is_conditional: bool,
    /// Whether that item has parameters of its own: `impl<B: Backend> Mail<B>`.
    pub(crate) is_generic: bool,
    /// Whether it has the module `slot`, by which `app!` chooses a backend.
    pub(crate) has_slot: bool,
    /// The names of the items with `#[queries]`.
    pub(crate) queries: Vec<String>,
    /// The lines with SQL that is given to a database outside of all these items.
    pub(crate) unseen: Vec<usize>,
}

impl Contents {
    pub(super) fn of(text: &str, attribute: &str) -> Self {
        let Some(pieces) = read(text) else {
            // The compiler says what is wrong with it, at the right place.
            return Self { is_marked: text.contains(attribute), ..Self::default() };
        };
        let (items, of_file) = items(&pieces);
        let file_is_conditional = of_file.iter().any(|attribute| attribute.name == "cfg");
        let mut contents = Self::default();
        for item in &items {
            contents.has_slot |= item.kind == "mod" && item.name == "slot";
            let mark = item.attributes.iter().find(|one| one.name == attribute || one.name == "queries");
            if let Some(mark) = mark {
                contents.is_conditional |= item.has("cfg") || mark.is_conditional || file_is_conditional;
                if mark.name == "queries" {
                    contents.queries.push(item.name.to_owned());
                }
                contents.is_marked |= mark.name == attribute;
                contents.is_generic |= mark.name == attribute && has_parameters(item);
            } else if !is_test(item) {
                search(text, item.pieces, &mut contents.unseen);
            }
        }
        contents
    }
}

/// `impl<B: Backend> Mail<B>`; a lifetime is one, too.
fn has_parameters(item: &Item<'_, '_>) -> bool {
    let behind = item.pieces.iter().skip_while(|piece| !piece.is_word("impl")).nth(1);
    behind.is_some_and(|piece| piece.is_mark('<'))
}

/// A test may ask what it likes.
fn is_test(item: &Item<'_, '_>) -> bool {
    let is_cfg_test = |inside: &[Piece<'_>]| inside.iter().any(|piece| piece.is_word("test"));
    item.attributes.iter().any(|attribute| {
        attribute.name == "test"
            || attribute.name == "cfg"
                && attribute.rest.first().and_then(|rest| rest.group('(')).is_some_and(is_cfg_test)
    })
}

/// `.query("SELECT …")`, `.execute::<A>("INSERT …")`.
fn search(text: &str, pieces: &[Piece<'_>], unseen: &mut Vec<usize>) {
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Group { inside, .. } => search(text, inside, unseen),
            Piece::Word { text: method, .. } if method.starts_with("query") || method.starts_with("execute") => {
                let is_method = index.checked_sub(1).is_some_and(|before| pieces[before].is_mark('.'));
                let given = pieces[index + 1..].iter().find(|piece| matches!(piece, Piece::Group { .. }));
                if let Some([Piece::Text { at }, ..]) = given.and_then(|given| given.group('('))
                    && is_method
                    && is_sql(&text[*at..])
                {
                    unseen.push(line_and_column(text, *at).0);
                }
            }
            _ => {}
        }
    }
}

fn is_sql(quoted: &str) -> bool {
    const WORDS: [&str; 6] = ["select", "insert", "update", "delete", "with", "replace"];
    let start = quoted.trim_start_matches(|one: char| "rbc#\"".contains(one)).trim_start();
    let word = start.split(|one: char| !one.is_ascii_alphabetic()).next().unwrap_or_default();
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_an_attribute_and_no_comment() {
        assert!(Contents::of("#[microcore::plugin]\nimpl A {}", "plugin").is_marked);
        assert!(!Contents::of("// #[plugin]\nconst A: &str = \"#[plugin]\";", "plugin").is_marked);
        assert!(Contents::of("#[plugin] impl A { ", "plugin").is_marked, "the compiler says what is wrong there");
    }

    #[test]
    fn a_tool_with_backends_is_generic_and_has_a_slot() {
        let text = "pub mod slot;\n#[tool(notes = \"TOOL.md\")]\nimpl<B: Backend> Mail<B> {}";
        let contents = Contents::of(text, "tool");
        assert!(contents.is_marked && contents.is_generic && contents.has_slot);
        let contents = Contents::of("#[tool] impl Clock { fn slot<T>() {} }", "tool");
        assert!(contents.is_marked && !contents.is_generic && !contents.has_slot);
    }

    #[test]
    fn a_condition_on_the_item_or_on_its_file_is_seen() {
        for text in
            ["#![cfg(a)] #[plugin] impl A {}", "#[cfg(a)] #[plugin] impl A {}", "#[cfg_attr(a, plugin)] impl A {}"]
        {
            assert!(Contents::of(text, "plugin").is_conditional, "{text}");
        }
        let text = "#![cfg_attr(a, allow(b))] #[plugin] impl A { #[cfg(a)] fn f() {} } #[cfg(test)] mod tests {}";
        assert!(!Contents::of(text, "plugin").is_conditional);
    }

    #[test]
    fn sql_outside_of_a_plugin_is_found_unless_it_is_marked_or_a_test() {
        let text = "#[plugin] impl A { fn f() { db.query(\"SELECT 1\") } }\n\
                    impl A { fn f() { db.query::<B>(\"select 1\") } }\n\
                    fn f() { tx.execute(r#\" INSERT \"#, ()); search.query(\"words\"); query(\"SELECT\") }\n\
                    #[queries] impl B { fn f() { db.query(\"SELECT 1\") } }\n\
                    #[cfg(test)] mod tests { fn f() { db.query(\"SELECT 1\") } }";
        let contents = Contents::of(text, "plugin");
        assert_eq!(contents.unseen, [2, 3]);
        assert_eq!(contents.queries, ["B"]);
    }
}
