//! Fields by name, as in JSON. In: a map. Out: the struct; names in any order, others skipped or refused.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use super::from_list::List;
use super::key::Key;
use super::missing::missing;
use super::{About, FieldSource, ReadFields};
use crate::scalar::LeafSeed;

/// Makes the struct of what the format finds.
pub(super) struct StructVisitor<T> {
    has_names: bool,
    made: PhantomData<T>,
}

impl<T> StructVisitor<T> {
    pub(super) const fn new(has_names: bool) -> Self {
        Self { has_names, made: PhantomData }
    }
}

impl<'de, T: ReadFields<'de>> Visitor<'de> for StructVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(&mut Map { entries: map, at: 0, seen: 0, ended: false, read: PhantomData::<T> })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        if self.has_names {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        T::read(&mut List::<A, T>::new(list))
    }
}

struct Map<A, T> {
    entries: A,
    /// The field that is read now.
    at: usize,
    /// A bit for each field that came.
    seen: u64,
    /// Whether only missing fields are left.
    ended: bool,
    read: PhantomData<T>,
}

impl<'de, A: MapAccess<'de>, T: ReadFields<'de>> Map<A, T> {
    fn next_missing(&mut self) -> Option<usize> {
        let all = u64::MAX.checked_shr(64 - u32::try_from(T::FIELDS.len()).unwrap_or(64)).unwrap_or(0);
        let missing = all & !self.seen;
        (missing != 0).then(|| {
            self.at = missing.trailing_zeros() as usize;
            self.seen |= 1 << self.at;
            self.at
        })
    }

    #[inline]
    fn read_or<V: Deserialize<'de>>(
        &mut self,
        slot: &mut Option<V>,
        default: impl FnOnce(&'static str) -> Result<V, A::Error>,
    ) -> Result<(), A::Error> {
        let name = T::FIELDS.get(self.at).copied().unwrap_or_default();
        *slot = Some(if self.ended { default(name)? } else { self.entries.next_value_seed(LeafSeed::of())? });
        Ok(())
    }
}

impl<'de, A: MapAccess<'de>, T: ReadFields<'de>> FieldSource<'de> for Map<A, T> {
    type Error = A::Error;

    #[inline]
    fn next(&mut self) -> Result<Option<usize>, A::Error> {
        while !self.ended {
            match self.entries.next_key_seed(Key::<T>::new())? {
                Some(Some(place)) => {
                    if self.seen & (1 << place) != 0 {
                        return Err(A::Error::duplicate_field(T::FIELDS.get(place).copied().unwrap_or_default()));
                    }
                    self.seen |= 1 << place;
                    self.at = place;
                    return Ok(Some(place));
                }
                Some(None) => drop(self.entries.next_value::<IgnoredAny>()?),
                None => self.ended = true,
            }
        }
        Ok(self.next_missing())
    }

    #[inline]
    fn read<V: Deserialize<'de>>(&mut self, slot: &mut Option<V>) -> Result<(), A::Error> {
        self.read_or(slot, missing)
    }

    #[inline]
    fn read_as<V: Deserialize<'de>>(&mut self, slot: &mut Option<V>, about: About<V>) -> Result<(), A::Error> {
        self.read_or(slot, |name| about.default.map_or_else(|| missing(name), |default| Ok(default())))
    }
}
