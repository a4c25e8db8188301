//! Where `app!` stands: once, at the root of the crate.
//!
//! In: the file of the call, read as text. Out: whether the rest of the macro may go on. Two of them, or one in a module,
//! would be dozens of the compiler's errors about names that it can't find.

use std::path::{Path, PathBuf};

use proc_macro2::Span;

use crate::errors::Errors;
use crate::text::{Piece, line_and_column, read};

/// One `app!` in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call {
    line: usize,
    /// Whether it stands in brackets of any kind.
    is_inside: bool,
    /// Whether an attribute stands before it, which may leave it out.
    is_marked: bool,
}

/// Whether this `app!` may be wired; if not, the mistake is in `errors`.
pub(crate) fn check_place(errors: &mut Errors) -> bool {
    if !proc_macro::is_available() {
        return true;
    }
    let place = Span::call_site().unwrap();
    let Some(file) = place.local_file() else { return true };
    let Ok(text) = std::fs::read_to_string(&file) else { return true };
    let wrong = wrong(&calls(&text), place.line(), is_root(&file));
    if let Some(wrong) = wrong {
        errors.add_at(
            Span::call_site(),
            "MC0006",
            wrong,
            "write it in src/lib.rs, outside of every module; a second application is a crate of its own",
        );
    }
    wrong.is_none()
}

fn wrong(calls: &[Call], line: usize, is_root: bool) -> Option<&'static str> {
    let own = calls.iter().find(|call| call.line == line);
    let below = "`app!` must stand at the root of the crate: generated code names what it makes there";
    if !is_root || own.is_some_and(|own| own.is_inside) {
        return Some(below);
    }
    let earlier = calls.iter().any(|call| call.line < line && !call.is_marked && !call.is_inside);
    (earlier && own.is_some_and(|own| !own.is_marked))
        .then_some("`app!` must stand once in a crate: this is the second")
}

/// Whether the compiler was given this file. Where it does not say which one it was given, that is so.
fn is_root(file: &Path) -> bool {
    let given =
        std::env::args().map(PathBuf::from).find(|argument| argument.extension().is_some_and(|end| end == "rs"));
    let Some(given) = given.filter(|given| given.is_file()) else { return true };
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    absolute(&given) == absolute(file)
}

fn calls(text: &str) -> Vec<Call> {
    let mut found = Vec::new();
    if let Some(pieces) = read(text) {
        search(text, &pieces, false, &mut found);
    }
    found
}

fn search(text: &str, pieces: &[Piece<'_>], is_inside: bool, found: &mut Vec<Call>) {
    for (index, piece) in pieces.iter().enumerate() {
        let group = || pieces.get(index + 2).is_some_and(|piece| matches!(piece, Piece::Group { .. }));
        if let Piece::Word { text: "app", at } = piece
            && pieces.get(index + 1).is_some_and(|next| next.is_mark('!'))
            && group()
        {
            let is_path = |piece: &Piece<'_>| piece.is_mark(':') || piece.word().is_some();
            let before =
                pieces[..index].iter().rposition(|piece| !is_path(piece)).map_or(&[][..], |end| &pieces[..=end]);
            let is_marked = matches!(before, [.., mark, group] if mark.is_mark('#') && group.group('[').is_some());
            found.push(Call { line: line_and_column(text, *at).0, is_inside, is_marked });
        }
        if let Piece::Group { inside, .. } = piece {
            search(text, inside, true, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_at_the_root_is_right_and_every_other_is_not() {
        let text =
            "//! app! {}\nmicrocore::app! {}\nmod a {\n microcore::app! {}\n}\n::microcore::app! { db: Postgres }\n";
        let calls = calls(text);
        assert_eq!(calls.iter().map(|call| call.line).collect::<Vec<_>>(), [2, 4, 6]);
        assert_eq!(wrong(&calls, 2, true), None);
        assert!(wrong(&calls, 2, false).is_some_and(|said| said.contains("root")));
        assert!(wrong(&calls, 4, true).is_some_and(|said| said.contains("root")));
        assert!(wrong(&calls, 6, true).is_some_and(|said| said.contains("second")));
        assert_eq!(wrong(&calls, 7, true), None, "one that a macro writes is not seen");
    }

    #[test]
    fn of_two_that_a_condition_tells_apart_one_is_there() {
        let calls = calls("#[cfg(a)]\nmicrocore::app! {}\n#[cfg(not(a))]\nmicrocore::app! {}\n");
        assert_eq!(wrong(&calls, 4, true), None);
    }
}
