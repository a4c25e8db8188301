//! Fields one by one in a body that was refused. In: the JSON. Out: a violation for each mistake, and never a struct.

use std::marker::PhantomData;

use serde::de::Deserialize;
use serde_json::{Error, Value};

use super::{About, FieldSource, ReadFields, may_be_missing};
use crate::scalar::Leaf;
use crate::validation::{ProbedObject, Violations};

/// The [`Probe`](crate::validation::Probe) of a struct that is read by its fields.
pub fn search_fields<T>(value: &Value, violations: &mut Violations)
where
    for<'de> T: ReadFields<'de>,
{
    let Some(object) = ProbedObject::of(value, violations) else { return };
    let mut search = Search { object, next: 0, read: PhantomData::<T> };
    // The end is an error by design: what was found is among the violations.
    drop(T::read(&mut search));
    if T::CLOSED {
        search.object.refuse_unknown(T::FIELDS.iter().chain(T::ALIASES.iter().map(|(alias, _)| alias)).copied());
    }
}

struct Search<'a, T> {
    object: ProbedObject<'a>,
    next: usize,
    read: PhantomData<T>,
}

impl<'a, T: ReadFields<'a>> FieldSource<'a> for Search<'a, T> {
    type Error = Error;

    fn next(&mut self) -> Result<Option<usize>, Error> {
        let place = self.next;
        self.next += 1;
        Ok((place < T::FIELDS.len()).then_some(place))
    }

    fn read<V: Deserialize<'a>>(&mut self, slot: &mut Option<V>) -> Result<(), Error> {
        self.read_as(slot, About { default: None, deeper: None, rules: |_, _| {} })
    }

    fn read_as<V: Deserialize<'a>>(&mut self, _: &mut Option<V>, about: About<V>) -> Result<(), Error> {
        let place = self.next - 1;
        let aliases = T::ALIASES.iter().filter(|(_, of)| *of == place).map(|(alias, _)| *alias);
        let names: Vec<&'static str> = T::FIELDS.get(place).copied().into_iter().chain(aliases).collect();
        let has_default = about.default.is_some();
        let may_be_missing = || has_default || may_be_missing::<V>();
        self.object.field_from(&names, may_be_missing, |value| V::deserialize(Leaf(value)), about.deeper, about.rules);
        Ok(())
    }
}
