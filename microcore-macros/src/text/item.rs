//! Pieces → attributes, and the items at the top of a file with theirs.

use super::Piece;

/// `#[name(…)]`, or an attribute inside of `cfg_attr`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attribute<'p, 't> {
    /// The last word of its path.
    pub(crate) name: &'t str,
    /// Its first byte.
    pub(crate) at: usize,
    /// What stands behind the path: a group, or `= …`.
    pub(crate) rest: &'p [Piece<'t>],
    /// Whether it stands inside of `cfg_attr`.
    pub(crate) is_conditional: bool,
}

/// An item of a file.
#[derive(Debug)]
pub(crate) struct Item<'p, 't> {
    pub(crate) attributes: Vec<Attribute<'p, 't>>,
    /// `struct`, `impl`, `fn`, `mod`, `use`, or another word of the language.
    pub(crate) kind: &'t str,
    /// The name; of an impl that of its type.
    pub(crate) name: &'t str,
    /// Everything behind the attributes.
    pub(crate) pieces: &'p [Piece<'t>],
}

impl<'t> Item<'_, 't> {
    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|one| one.name == attribute)
    }

    /// What stands in its braces.
    pub(crate) fn body(&self) -> &[Piece<'t>] {
        self.pieces.iter().rev().find_map(|piece| piece.group('{')).unwrap_or_default()
    }
}

/// The attributes that one pair of brackets holds: one, or those inside of `cfg_attr(…)`.
pub(crate) fn attributes_of<'p, 't>(inside: &'p [Piece<'t>]) -> Vec<Attribute<'p, 't>> {
    let is_path = |piece: &Piece<'_>| piece.word().is_some() || piece.is_mark(':');
    let length = inside.iter().position(|piece| !is_path(piece)).unwrap_or(inside.len());
    let (path, rest) = inside.split_at(length);
    let Some(Piece::Word { text: name, at }) = path.last() else { return Vec::new() };
    match (*name, rest.first()) {
        ("cfg_attr", Some(Piece::Group { inside, .. })) => {
            // Behind the condition.
            let given = inside.split(|piece| piece.is_mark(',')).skip(1);
            let mut found = vec![Attribute { name, at: *at, rest, is_conditional: false }];
            let given = given.flat_map(attributes_of);
            found.extend(given.map(|attribute| Attribute { is_conditional: true, ..attribute }));
            found
        }
        ("unsafe", Some(Piece::Group { inside, .. })) => attributes_of(inside),
        _ => vec![Attribute { name, at: *at, rest, is_conditional: false }],
    }
}

/// The items at the top, each with its attributes; and the attributes of the file itself.
pub(crate) fn items<'p, 't>(pieces: &'p [Piece<'t>]) -> (Vec<Item<'p, 't>>, Vec<Attribute<'p, 't>>) {
    let (mut items, mut of_file) = (Vec::new(), Vec::new());
    let (mut attributes, mut start, mut index) = (Vec::new(), 0, 0);
    while index < pieces.len() {
        if index == start && pieces[index].is_mark('#') {
            let is_inner = pieces.get(index + 1).is_some_and(|next| next.is_mark('!'));
            let place = index + 1 + usize::from(is_inner);
            if let Some(inside) = pieces.get(place).and_then(|next| next.group('[')) {
                let found = attributes_of(inside);
                (if is_inner { &mut of_file } else { &mut attributes }).extend(found);
                index = place + 1;
                start = index;
                continue;
            }
        }
        let is_end = pieces[index].is_mark(';') || pieces[index].group('{').is_some();
        index += 1;
        if is_end {
            // `use a::{b};` ends at the semicolon, `x! { … }` at its brace.
            let item = &pieces[start..index];
            let first = item.iter().find_map(|piece| piece.word().filter(|word| *word != "pub"));
            let goes_on = first == Some("use") && !item[item.len() - 1].is_mark(';');
            if !goes_on {
                items.extend(item_of(item, std::mem::take(&mut attributes)));
                start = index;
            }
        }
    }
    (items, of_file)
}

const KINDS: [&str; 13] = [
    "struct",
    "enum",
    "union",
    "impl",
    "fn",
    "mod",
    "use",
    "trait",
    "type",
    "const",
    "static",
    "macro_rules",
    "extern",
];

fn item_of<'p, 't>(pieces: &'p [Piece<'t>], attributes: Vec<Attribute<'p, 't>>) -> Option<Item<'p, 't>> {
    let is_kind = |piece: &Piece<'t>| piece.word().filter(|word| KINDS.contains(word));
    let mut kinds = pieces.iter().enumerate().filter_map(|(place, piece)| Some((place, is_kind(piece)?)));
    let (mut place, mut kind) = kinds.next()?;
    // `const fn`, `extern "C" fn`.
    if matches!(kind, "const" | "extern")
        && let Some((next, "fn")) = kinds.next()
        && pieces[place..next].iter().all(|piece| !piece.is_mark('='))
    {
        (place, kind) = (next, "fn");
    }
    let behind = &pieces[place + 1..];
    let name = if kind == "impl" { self_type(behind) } else { behind.iter().find_map(Piece::word) };
    Some(Item { attributes, kind, name: name.unwrap_or_default(), pieces })
}

/// The name of the type that an impl is for: the last one before the body that is no type's argument.
fn self_type<'t>(pieces: &[Piece<'t>]) -> Option<&'t str> {
    let (mut name, mut depth, mut after_dash) = (None, 0_i32, false);
    for piece in pieces {
        match piece {
            Piece::Group { open: '{', .. } | Piece::Word { text: "where", .. } => break,
            Piece::Word { text, .. } if depth == 0 => name = Some(*text),
            Piece::Mark { mark: '<', .. } => depth += 1,
            // Not the end of `->`.
            Piece::Mark { mark: '>', .. } if !after_dash => depth -= 1,
            _ => {}
        }
        after_dash = piece.is_mark('-');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn finds_items_with_their_attributes_kinds_and_names() {
        let text = "#![cfg(x)] use a::{b, c}; #[a] #[m::plugin] pub struct A { x: u8 } struct Z;\n\
                    /// d\n#[cfg_attr(y, plugin, allow(z))] impl<F: Fn() -> u8> m::B<F> where F: C {}\n\
                    pub const fn d() -> [u8; 1] { [1] } const E: u8 = 1; mod tests { fn f() {} } x! { y }";
        let pieces = read(text).unwrap();
        let (found, of_file) = items(&pieces);
        let shown: Vec<_> = found.iter().map(|item| (item.kind, item.name, item.has("plugin"))).collect();
        let expected = [
            ("use", "a", false),
            ("struct", "A", true),
            ("struct", "Z", false),
            ("impl", "B", true),
            ("fn", "d", false),
            ("const", "E", false),
            ("mod", "tests", false),
        ];
        assert_eq!(shown, expected);
        assert_eq!(of_file[0].name, "cfg");
        assert!(found[3].has("allow") && found[3].attributes.iter().any(|attribute| attribute.is_conditional));
    }
}
