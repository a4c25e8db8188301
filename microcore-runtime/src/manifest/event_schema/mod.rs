//! The schemas of all events, as a document that can be kept beside the sources; and which changes break who kept to it.
//!
//! In: the manifest, and a document of earlier. Out: a document, and one sentence per change that a stored event, or a
//! replica of the earlier version, would not survive.

mod alternative;
mod comparison;
#[cfg(test)]
mod tests;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use self::comparison::Comparison;
use super::Manifest;
use crate::schema::without_booleans;

/// Every event's JSON Schema by its name, sorted.
pub fn event_schemas(manifest: &Manifest) -> Value {
    let mut all = Map::new();
    let mut events: Vec<_> = manifest.events.iter().collect();
    events.sort_by_key(|event| event.name);
    for event in events {
        // A generator each: an event's schema is whole by itself, and does not change with its neighbours.
        let mut generator =
            SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
        let mut schema = (event.shape)(&mut generator);
        // A type inside itself can't stand in its own place.
        let inside_themselves = generator.take_definitions(true);
        if !inside_themselves.is_empty() {
            schema.insert("$defs".to_owned(), inside_themselves.into());
        }
        without_booleans(&mut schema);
        // What is under way has recorded these names.
        let steps: Vec<&str> =
            manifest.jobs().filter(|(_, job)| job.event == event.ty).flat_map(|(_, job)| job.steps).copied().collect();
        if !steps.is_empty() {
            schema.insert(STEPS.to_owned(), steps.into());
        }
        all.insert(event.name.to_owned(), schema.to_value());
    }
    let mut all = Value::Object(all);
    // Whatever else is in the build: a crate may ask serde_json to keep the order of insertion, for all.
    all.sort_all_objects();
    all
}

/// Where the steps of a job's worker stand.
const STEPS: &str = "x-steps";

/// Steps that a job under way may have recorded, and that nobody would find again: what comes behind them would be done
/// as if they had not been there.
fn gone_steps(event: &str, before: &Value, after: &Value) -> Vec<String> {
    let steps = |schema: &Value| schema.get(STEPS).and_then(Value::as_array).cloned().unwrap_or_default();
    let now = steps(after);
    let gone = steps(before).into_iter().filter(|step| !now.contains(step));
    let said = gone.map(|step| {
        let step = step.as_str().unwrap_or_default().to_owned();
        format!("step `{step}` of job `{event}` is gone: jobs under way have done it; wait until they have ended, then run `events schema --write`")
    });
    said.collect()
}

/// What breaks between two documents: each sentence names event and field.
pub fn incompatible(earlier: &Value, now: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (event, before) in earlier.as_object().into_iter().flatten() {
        match now.get(event) {
            None => found.push(format!("event `{event}` is gone: what is stored under this name could not be read")),
            Some(after) => {
                found.extend(Comparison::of(&format!("event `{event}`"), before, after));
                found.extend(gone_steps(event, before, after));
            }
        }
    }
    found
}
