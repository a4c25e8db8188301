//! Names as numbers, so that a record is made of plain words.
//!
//! In: a name that lives as long as the process, or one that came from a store. Out: a small number, and the name again
//! for it. A name that is known is found by its address, without a look at its text.

use std::array;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many names a part of the table holds.
const PART: usize = 512;
/// After so many taken places the next part is looked at.
const STEPS: usize = 8;
/// So many names from stores are kept; the application's own are as many as it was compiled with.
const FOREIGN: usize = 1024;
/// What the rest of them is called.
const OTHERS: &str = "(another)";

/// A table that only grows.
#[derive(Debug)]
pub(crate) struct Names {
    part: Box<[OnceLock<&'static str>; PART]>,
    next: OnceLock<Box<Names>>,
    foreign: AtomicUsize,
}

impl Default for Names {
    fn default() -> Self {
        let part = Box::new(array::from_fn(|_| OnceLock::new()));
        Self { part, next: OnceLock::new(), foreign: AtomicUsize::new(0) }
    }
}

impl Names {
    /// The number of a name that was compiled into the program.
    #[inline]
    pub(crate) fn number(&self, name: &'static str) -> usize {
        // Neighbours in memory start a few bytes apart.
        let address = name.as_ptr().addr();
        let first = address ^ (address >> 9);
        match self.part[first % PART].get() {
            Some(known) if ptr::eq(*known, name) => first % PART,
            _ => self.insert(first, name),
        }
    }

    #[cold]
    fn insert(&self, first: usize, name: &'static str) -> usize {
        // There is always a next part.
        self.search(first, &|known| ptr::eq(known, name), &|| Some(name)).unwrap_or_default()
    }

    /// The number of a name that came from somewhere else.
    #[cold]
    pub(crate) fn foreign(&self, name: &str) -> usize {
        let hash = name.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let keep = || (self.foreign.fetch_add(1, Ordering::Relaxed) < FOREIGN).then(|| &*name.to_owned().leak());
        self.search(hash, &|known| known == name, &keep).unwrap_or_else(|| self.number(OTHERS))
    }

    /// Where the name is, or where it was put now; nothing where it is new and is not to be kept.
    fn search(
        &self,
        first: usize,
        is_it: &dyn Fn(&'static str) -> bool,
        keep: &dyn Fn() -> Option<&'static str>,
    ) -> Option<usize> {
        for place in (0..STEPS).map(|step| first.wrapping_add(step) % PART) {
            let known = match self.part[place].get() {
                Some(known) => known,
                None => {
                    let name = keep()?;
                    self.part[place].get_or_init(|| name)
                }
            };
            if is_it(known) {
                return Some(place);
            }
        }
        Some(PART + self.next.get_or_init(Box::default).search(first, is_it, keep)?)
    }

    /// The name of this number.
    pub(crate) fn name(&self, number: usize) -> Option<&'static str> {
        match number.checked_sub(PART) {
            None => self.part[number].get().copied(),
            Some(rest) => self.next.get()?.name(rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_number_of_its_own_in_however_many_parts() {
        let names = Names::default();
        let texts: Vec<&'static str> = (0..3 * PART).map(|number| &*format!("name.{number}").leak()).collect();
        let numbers: Vec<usize> = texts.iter().map(|text| names.number(text)).collect();
        for (text, number) in texts.iter().zip(&numbers) {
            assert_eq!((names.name(*number), names.number(text)), (Some(*text), *number));
        }
    }

    #[test]
    fn names_from_stores_are_known_by_their_text_and_are_not_kept_without_end() {
        let names = Names::default();
        let first = names.foreign("mail.welcome");
        for number in 0..2 * FOREIGN {
            names.foreign(&format!("other.{number}"));
        }
        assert_eq!((names.foreign("mail.welcome"), names.name(first)), (first, Some("mail.welcome")));
        assert_eq!(names.name(names.foreign("one.too_many")), Some(OTHERS));
    }
}
