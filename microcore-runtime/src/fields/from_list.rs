//! Fields by place, as in compact binary formats. In: a list. Out: the struct; the list has all fields, in their order.

use std::marker::PhantomData;

use serde::de::{Deserialize, Error, SeqAccess};

use super::{About, FieldSource, ReadFields};
use crate::scalar::LeafSeed;

pub(super) struct List<A, T> {
    items: A,
    next: usize,
    read: PhantomData<T>,
}

impl<A, T> List<A, T> {
    pub(super) const fn new(list: A) -> Self {
        Self { items: list, next: 0, read: PhantomData }
    }
}

impl<'de, A: SeqAccess<'de>, T: ReadFields<'de>> List<A, T> {
    fn short(&self) -> A::Error {
        let expected = format!("struct {} with {} elements", T::NAME, T::FIELDS.len());
        A::Error::invalid_length(self.next - 1, &expected.as_str())
    }
}

impl<'de, A: SeqAccess<'de>, T: ReadFields<'de>> FieldSource<'de> for List<A, T> {
    type Error = A::Error;

    fn next(&mut self) -> Result<Option<usize>, A::Error> {
        let place = self.next;
        self.next += 1;
        Ok((place < T::FIELDS.len()).then_some(place))
    }

    fn read<V: Deserialize<'de>>(&mut self, slot: &mut Option<V>) -> Result<(), A::Error> {
        *slot = Some(self.items.next_element_seed(LeafSeed::of())?.ok_or_else(|| self.short())?);
        Ok(())
    }

    fn read_as<V: Deserialize<'de>>(&mut self, slot: &mut Option<V>, about: About<V>) -> Result<(), A::Error> {
        let value = self.items.next_element_seed(LeafSeed::of())?.or_else(|| about.default.map(|default| default()));
        *slot = Some(value.ok_or_else(|| self.short())?);
        Ok(())
    }
}
