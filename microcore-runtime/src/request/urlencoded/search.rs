//! The slow path after a query or a form was refused. In: its text, and the search of its type. Out: every mistake.
//!
//! serde stops at the field that fails, so it is asked again for the keys that come after it. What it took the others
//! for goes to the search, which knows what is missing, what is no field, and which rules are broken.

use std::borrow::Cow;
use std::vec::IntoIter;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::{Value, json};

use super::{Heard, Refusal, Values, fields, names_of};
use crate::error::{FieldError, InputPlace};
use crate::validation::{Search, Violations};

/// At least one: `first`, where nothing else is found.
pub(super) fn all<T: DeserializeOwned>(
    text: &str,
    place: InputPlace,
    probe: Search,
    first: Refusal,
) -> Vec<FieldError> {
    let heard = Heard::default();
    let refused = refused_values::<T>(text, &heard);
    let (mut object, unsayable) = (heard.object.take(), heard.unsayable.take());
    // What can't be said in JSON is there all the same. An object is what no key of a form can be.
    let unread = refused.iter().filter(|refusal| refusal.rule.is_some()).filter_map(|refusal| refusal.field.as_ref());
    for name in unread.chain(&unsayable) {
        object.insert(name.clone(), json!({}));
    }
    let mut errors = search(probe, &Value::Object(object), place);
    for name in unsayable {
        let name = declared(probe, name.into());
        errors.retain(|error| error.field != name);
    }
    if errors.is_empty() {
        errors = refused.into_iter().take(Violations::MOST).map(|refusal| refusal.into_error(place)).collect();
        return if errors.is_empty() { vec![first.into_error(place)] } else { errors };
    }
    // What is no field was found by the search as well; there may be very many of those.
    for refusal in refused.into_iter().filter(|refusal| refusal.rule != Some("unknown")) {
        let is_ours = refusal.rule.is_some();
        let mut error = refusal.into_error(place);
        error = FieldError::new(place, declared(probe, error.field), error.rule, error.message);
        match errors.iter_mut().find(|found| found.field == error.field) {
            Some(found) if is_ours => *found = error,
            // The search has read the same value, and says more.
            Some(_) => {}
            None => errors.push(error),
        }
    }
    errors
}

/// Every key whose values were refused; what the others were taken for is heard.
fn refused_values<T: DeserializeOwned>(text: &str, heard: &Heard) -> Vec<Refusal> {
    let mut rest = fields(text, Some(heard), names_of::<T>()).into_iter();
    let mut refused = Vec::new();
    loop {
        let before = rest.len();
        match T::deserialize(Rest(&mut rest)) {
            // Whether the others are missing is not known here: they may have come earlier.
            Err(refusal) if refusal.field.is_some() && refusal.rule != Some("required") => refused.push(refusal),
            _ => {}
        }
        if rest.len() == 0 || rest.len() == before {
            return refused;
        }
    }
}

fn search(probe: Search, value: &Value, place: InputPlace) -> Vec<FieldError> {
    let mut violations = Violations::new(place);
    probe(value, &mut violations);
    violations.into_errors()
}

/// The field's own name, where the key is another of its names.
fn declared(probe: Search, key: Cow<'static, str>) -> Cow<'static, str> {
    let alone = json!({ key.as_ref(): {} });
    let found = search(probe, &alone, InputPlace::Body).into_iter().find(|error| error.rule == "type");
    found.map_or(key, |error| error.field)
}

/// The keys that serde has not seen yet.
struct Rest<'r, 'q>(&'r mut IntoIter<(Cow<'q, str>, Values<'q>)>);

impl<'de> Deserializer<'de> for Rest<'_, '_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(MapDeserializer::new(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
