//! Two versions of one schema → what breaks. Both ways count: the new version reads what is stored, and a replica of the
//! earlier version reads what the new one publishes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::alternative::{Alternative, alternatives, resolved};

/// What is known while two schemas are compared.
pub(super) struct Comparison<'a> {
    before: &'a Value,
    after: &'a Value,
    /// References that are being followed: a type may be inside itself.
    open: BTreeSet<String>,
    found: Vec<String>,
}

impl<'a> Comparison<'a> {
    /// A sentence for each change that breaks something.
    pub(super) fn of(place: &str, before: &'a Value, after: &'a Value) -> Vec<String> {
        let mut comparison = Self { before, after, open: BTreeSet::new(), found: Vec::new() };
        comparison.schemas(place, before, after);
        comparison.found
    }

    fn say(&mut self, place: &str, what: impl std::fmt::Display) {
        self.found.push(format!("{place} {what}"));
    }

    fn schemas(&mut self, place: &str, before: &Value, after: &Value) {
        let followed = before["$ref"].as_str().map(|target| format!("{target} {}", after["$ref"]));
        if followed.as_ref().is_some_and(|pair| !self.open.insert(pair.clone())) {
            return;
        }
        let (old, new) = (alternatives(before, self.before), alternatives(after, self.after));
        match (old.as_slice(), new.as_slice()) {
            ([old], [new]) if old.key == new.key => self.same(place, &old.schema, &new.schema),
            ([old], [new]) => self.say(place, format_args!("was {} and is {}", shown(old), shown(new))),
            _ => self.choices(place, old, new),
        }
        if let Some(pair) = followed {
            self.open.remove(&pair);
        }
    }

    /// Each alternative is looked for among those of its key.
    fn choices(&mut self, place: &str, old: Vec<Alternative>, new: Vec<Alternative>) {
        let mut left: BTreeMap<String, Vec<Alternative>> = BTreeMap::new();
        for alternative in new {
            left.entry(alternative.key.clone()).or_default().push(alternative);
        }
        for old in old {
            let candidates = left.entry(old.key.clone()).or_default();
            let alike = candidates.iter().position(|new| self.is_kept(&old, new));
            match alike.or((!candidates.is_empty()).then_some(0)) {
                Some(index) => {
                    let new = candidates.remove(index);
                    let place = if old.schema.get("properties").is_some() && old.key != "object" {
                        format!("{place}: variant {}", old.key)
                    } else {
                        place.to_owned()
                    };
                    self.same(&place, &old.schema, &new.schema);
                }
                None => self.say(place, format_args!("may not be {} any more", shown(&old))),
            }
        }
        for new in left.into_values().flatten() {
            let what = shown(&new);
            self.say(place, format_args!("may be {what} now, which replicas of the earlier version can't read"));
        }
    }

    fn is_kept(&self, old: &Alternative, new: &Alternative) -> bool {
        let (before, after) = (self.before, self.after);
        let mut tried = Comparison { before, after, open: self.open.clone(), found: Vec::new() };
        tried.same("", &old.schema, &new.schema);
        tried.found.is_empty()
    }

    /// Two schemas of one type.
    fn same(&mut self, place: &str, before: &Value, after: &Value) {
        if before["format"] != after["format"] {
            let (old, new) = (&before["format"], &after["format"]);
            self.say(place, format_args!("had the format {old} and has {new}"));
        }
        self.fields(place, before, after);
        for (list, of) in [("items", "an item of"), ("additionalProperties", "a value of")] {
            match (before[list].is_object(), after[list].is_object()) {
                (true, true) => self.schemas(&format!("{of} {place}"), &before[list], &after[list]),
                (false, true) if list == "items" && before["prefixItems"].is_array() => {
                    self.say(place, "had places of its own for its items and has none");
                }
                _ => {}
            }
        }
        let places = |schema: &Value| schema["prefixItems"].as_array().cloned().unwrap_or_default();
        let (old, new) = (places(before), places(after));
        for (index, (old, new)) in old.iter().zip(&new).enumerate() {
            self.schemas(&format!("item {} of {place}", index + 1), old, new);
        }
        for limit in ["minItems", "maxItems"] {
            if before[limit] != after[limit] {
                self.say(place, format_args!("had `{limit}` {} and has {}", before[limit], after[limit]));
            }
        }
    }

    fn fields(&mut self, place: &str, before: &Value, after: &Value) {
        let names = |schema: &Value| -> BTreeSet<String> {
            let names = schema["required"].as_array().into_iter().flatten();
            names.filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
        };
        let (old_required, new_required) = (names(before), names(after));
        for (name, field) in before["properties"].as_object().into_iter().flatten() {
            let at = format!("{place}: field `{name}`");
            match after["properties"].get(name) {
                None => self.say(&at, "is gone, and replicas of the earlier version ask for it"),
                Some(now) => self.schemas(&at, field, now),
            }
        }
        let closed = before["additionalProperties"] == Value::Bool(false);
        for name in after["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if before["properties"].get(name).is_none() && closed {
                let what =
                    format_args!("`{name}` is new, and replicas of the earlier version deny what they don't know");
                self.say(&format!("{place}: field"), what);
            }
        }
        for name in new_required.difference(&old_required) {
            let what = format_args!("`{name}` is required now, and stored events lack it; make it an `Option`");
            self.say(&format!("{place}: field"), what);
        }
    }
}

/// `"integer"`, `"paid"`, `variant {Paid}`.
fn shown(alternative: &Alternative) -> String {
    let schema = resolved(&alternative.schema, &Value::Null);
    match schema.get("const") {
        Some(constant) => constant.to_string(),
        None if alternative.key.starts_with(['{', '`']) => format!("variant {}", alternative.key),
        None => format!("\"{}\"", alternative.key),
    }
}
