//! Rust source as text → words, marks and brackets, each with its place.
//!
//! On stable Rust the tokens that a macro makes of a text have no place in it, so what is to be found by line is found
//! here. Everything else of Rust (types, expressions, macros) is left to the compiler.

mod item;
mod lexer;

pub(crate) use self::item::{Attribute, Item, attributes_of, items};
pub(crate) use self::lexer::{Piece, read};

/// Line and column, from 1, of a place in a text.
pub(crate) fn line_and_column(text: &str, place: usize) -> (usize, usize) {
    let before = &text[..place];
    (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}
