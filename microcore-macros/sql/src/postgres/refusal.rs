//! The parser's messages, read.

use sqlparser::parser::ParserError;

use crate::engine::Refusal;

/// `Expected: end of statement, found: FORM at Line: 1, Column: 17`
pub(super) fn read(error: &ParserError) -> Refusal {
    let (ParserError::TokenizerError(message) | ParserError::ParserError(message)) = error else {
        return Refusal::Other("the statement is nested too deep".to_owned());
    };
    let (text, place) = message.split_once(" at Line: ").unwrap_or((message, "1"));
    let line = place.split(',').next().and_then(|line| line.parse().ok()).unwrap_or(1);
    match text.rsplit_once("found: ") {
        Some((_, "EOF")) => Refusal::Syntax { near: None, line },
        Some((_, near)) => Refusal::Syntax { near: Some(near.to_owned()), line },
        None => Refusal::Other(text.to_owned()),
    }
}
