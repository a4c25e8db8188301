//! Shapes: a JSON Schema as one short line of text, for documents that people and models read.
//!
//! In: a schema and what it refers to. Out: `{name: string(1..200), tags?: [string]}`.
//! The order is that of the required fields as declared, then the optional ones by name, in every build.

mod collection;
mod scalar;

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use schemars::Schema;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value};

use crate::manifest::ShapeOf;

/// The shape of a type that is read from a request.
pub fn input_shape(of: ShapeOf) -> String {
    shape_of(of, Contract::Deserialize)
}

/// The shape of a type that is written to a reply.
pub fn output_shape(of: ShapeOf) -> String {
    shape_of(of, Contract::Serialize)
}

/// The shape of a reply where it fits a short line, else the name of its type: the OpenAPI document has the fields.
pub fn output_brief(of: ShapeOf) -> String {
    const LONGEST: usize = 150;
    let whole = output_shape(of);
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = of(&mut generator);
    let name = |value: Option<&Value>| Some(value?.get("$ref")?.as_str()?.rsplit('/').next()?.to_owned());
    let brief = name(Some(schema.as_value())).or_else(|| Some(format!("[{}]", name(schema.get("items"))?)));
    if whole.len() > LONGEST { brief.unwrap_or(whole) } else { whole }
}

/// The shape of a whole schema that brings its own `$defs`.
pub fn schema_shape(schema: &Schema) -> String {
    let none = Map::new();
    let definitions = schema.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    let root = schema.get("title").and_then(Value::as_str).unwrap_or("itself");
    Shapes::new(definitions, root).text(schema.as_value())
}

fn shape_of(of: ShapeOf, contract: Contract) -> String {
    let mut generator = SchemaSettings::draft2020_12().with(|settings| settings.contract = contract).into_generator();
    let schema = of(&mut generator);
    let root = schema.get("title").and_then(Value::as_str).unwrap_or("itself");
    Shapes::new(generator.definitions(), root).text(schema.as_value())
}

/// What is known while one schema is written: what may be referred to, and what is being written already.
struct Shapes<'a> {
    definitions: &'a Map<String, Value>,
    root: &'a str,
    open: Vec<String>,
    cut: BTreeSet<String>,
}

impl<'a> Shapes<'a> {
    fn new(definitions: &'a Map<String, Value>, root: &'a str) -> Self {
        Self { definitions, root, open: Vec::new(), cut: BTreeSet::new() }
    }

    fn text(&mut self, schema: &Value) -> String {
        match schema {
            Value::Object(schema) => self.of_object(schema),
            Value::Bool(false) => "never".to_owned(),
            _ => "any".to_owned(),
        }
    }

    fn of_object(&mut self, schema: &Map<String, Value>) -> String {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, schema);
        }
        if let Some(constant) = schema.get("const") {
            return constant.to_string();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return either(values.iter().map(Value::to_string));
        }
        self.combined(schema)
    }

    /// The type's own shape and everything that `allOf`, `oneOf` and `anyOf` ask for, joined with ` & `.
    fn combined(&mut self, schema: &Map<String, Value>) -> String {
        let mut parts: Vec<String> = Vec::new();
        let of = |keyword| schema.get(keyword).and_then(Value::as_array).cloned().unwrap_or_default();
        let (all, choices) = (of("allOf"), [of("oneOf"), of("anyOf")]);
        parts.extend(all.iter().map(|each| self.text(each)));
        for choice in choices.iter().filter(|choice| !choice.is_empty()) {
            parts.push(either(choice.iter().map(|each| self.text(each))));
        }
        if let Some(own) = self.own(schema)
            // A bare `object` beside alternatives says nothing that they don't.
            && (parts.is_empty() || own != "{}")
        {
            parts.insert(0, own);
        }
        match parts.as_slice() {
            [] => "any".to_owned(),
            [only] => only.clone(),
            several => {
                let grouped = |part: &String| if has_choice(part) { format!("({part})") } else { part.clone() };
                several.iter().map(grouped).collect::<Vec<_>>().join(" & ")
            }
        }
    }

    /// What `type` and its own keywords say.
    fn own(&mut self, schema: &Map<String, Value>) -> Option<String> {
        match schema.get("type") {
            Some(Value::String(ty)) => Some(self.typed(ty, schema)),
            Some(Value::Array(types)) => {
                Some(either(types.iter().filter_map(Value::as_str).map(|ty| self.typed(ty, schema))))
            }
            _ if schema.contains_key("properties") => Some(self.typed("object", schema)),
            _ if schema.contains_key("items") || schema.contains_key("prefixItems") => {
                Some(self.typed("array", schema))
            }
            _ => None,
        }
    }

    fn typed(&mut self, ty: &str, schema: &Map<String, Value>) -> String {
        match ty {
            "object" => self.object(schema),
            "array" => self.array(schema),
            "string" => scalar::string(schema),
            "integer" | "number" => scalar::number(ty, schema),
            other => other.to_owned(),
        }
    }

    /// Writes what is referred to in place; a type inside itself is cut with its name.
    fn reference(&mut self, reference: &str, schema: &Map<String, Value>) -> String {
        if reference == "#" {
            return self.root.to_owned();
        }
        let name = reference.rsplit('/').next().unwrap_or(reference);
        // The name of a generic type has brackets, which a reference escapes twice: as a URL and as a JSON pointer.
        let name = percent_decode_str(name).decode_utf8_lossy().replace("~1", "/").replace("~0", "~");
        if self.open.contains(&name) {
            self.cut.insert(name.clone());
            return name;
        }
        let Some(definition) = self.definitions.get(&name) else { return name };
        let mut whole = definition.clone();
        if let Value::Object(whole) = &mut whole {
            // Keywords beside a `$ref` narrow what it refers to.
            whole.extend(
                schema.iter().filter(|(key, _)| *key != "$ref").map(|(key, value)| (key.clone(), value.clone())),
            );
        }
        self.open.push(name.clone());
        let text = self.text(&whole);
        self.open.pop();
        if self.cut.contains(&name) { format!("{name} {text}") } else { text }
    }
}

/// Alternatives, each once.
fn either(alternatives: impl Iterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for alternative in alternatives {
        if !seen.contains(&alternative) {
            seen.push(alternative);
        }
    }
    if seen.is_empty() { "any".to_owned() } else { seen.join("|") }
}

/// Whether a `|` stands outside of brackets and quotes.
fn has_choice(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' | '(' if !quoted => depth += 1,
            '}' | ']' | ')' if !quoted => depth = depth.saturating_sub(1),
            '|' if !quoted && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests;
