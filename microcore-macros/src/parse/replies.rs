//! One word behind `replies` in `app!` is a shape of ours; a type of the application's own is named by its path.
//!
//! In: the word. Out: the same, or the default where it is a mistake, so that nothing else goes wrong because of it.

use super::AppItem;
use crate::errors::{Errors, listed, nearest};

/// The shapes that can be chosen by a word: those of `response::replies` in `microcore-runtime`, which macros can't look
/// into.
const SHAPES: [&str; 2] = ["Enveloped", "Plain"];

impl AppItem {
    /// Reports a word that is no shape of replies.
    pub(crate) fn check_replies(&mut self, errors: &mut Errors) {
        let Some(word) = self.replies.as_ref().and_then(|shape| shape.get_ident()).cloned() else { return };
        if SHAPES.iter().any(|shape| word == shape) {
            return;
        }
        let near = nearest(&word.to_string(), SHAPES.iter().copied());
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let shapes = listed(SHAPES.iter().copied());
        let help = format!("{near}write one of {shapes}, or the path of a type of your own: `crate::{word}`");
        errors.add(&word, "MC0007", format!("replies have no shape `{word}`"), help);
        self.replies = None;
    }
}
