//! Ids in a record: two words each for those that a process made, and more behind all of them for longer ones.

use std::array;

use super::slot::{Word, Writing};
use crate::context::{ID_WORDS, Id, IdShape};

/// What an id takes in any case, and what a long one takes on top.
pub(crate) const SHORT: usize = 2;
pub(crate) const LONG: usize = ID_WORDS - SHORT;

/// Of an id: it was made by a process; there is none. Everything between is the length of a text.
const MADE: u64 = 0;
pub(crate) const NONE: u64 = 255;

/// Where the ids of a record stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdPlaces {
    /// Of the first words of all ids.
    pub(crate) first: usize,
    /// Of what long ones have on top.
    pub(crate) rest: usize,
}

impl IdPlaces {
    /// Gives the byte that says what the id is.
    #[inline]
    pub(crate) fn write<W: Word>(self, which: usize, id: &Id, words: &Writing<'_, W>) -> u64 {
        match id.shape() {
            IdShape::Made(numbers) => {
                words.put(self.place(which, 0), numbers[0]);
                words.put(self.place(which, 1), numbers[1]);
                MADE
            }
            IdShape::Adopted(text) => self.write_text(which, text, words),
        }
    }

    #[cold]
    fn write_text<W: Word>(self, which: usize, text: &str, words: &Writing<'_, W>) -> u64 {
        for (word, bytes) in text.as_bytes().chunks(8).enumerate() {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            words.put(self.place(which, word), u64::from_le_bytes(padded));
        }
        text.len() as u64
    }

    #[inline]
    const fn place(self, which: usize, word: usize) -> usize {
        if word < SHORT { self.first + which * SHORT + word } else { self.rest + which * LONG + word - SHORT }
    }

    /// The id, by the byte that [`write`](Self::write) gave.
    pub(crate) fn read(self, which: usize, kind: u64, words: &[u64]) -> Option<Id> {
        match kind {
            NONE => None,
            MADE => Some(Id::of(IdShape::Made([words[self.place(which, 0)], words[self.place(which, 1)]]))),
            length => {
                let text: [[u8; 8]; ID_WORDS] = array::from_fn(|word| words[self.place(which, word)].to_le_bytes());
                let text = text.as_flattened().get(..usize::try_from(length).ok()?)?;
                Some(Id::of(IdShape::Adopted(str::from_utf8(text).ok()?)))
            }
        }
    }
}
