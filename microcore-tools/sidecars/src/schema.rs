//! The JSON Schemas that a guest's manifest names: read when the guest is loaded, asked for each body and each answer.
//!
//! In: the text of a schema; JSON. Out: a schema, or why it is none; the fields that are to blame, in the words that
//! plugins have for theirs. A value that was sent is never said again: it may be secret.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::error::{TypeKind, ValidationErrorKind as Broken};
use jsonschema::{JsonType, ValidationError, Validator};
use microcore::error::FieldError;
use microcore_runtime::validation::Violations;
use microcore_sidecars_manifest::{Manifest, Part, Problems, schema_mistake};
use serde_json::Value;

/// One schema.
#[derive(Debug)]
pub(crate) struct Schema {
    /// As documents show it.
    pub(crate) document: Value,
    validator: Validator,
}

/// The schemas of a guest, by their files; what is wrong with one is added to the problems.
pub(crate) fn all(folder: &Path, manifest: &Manifest, problems: &mut Problems) -> BTreeMap<String, Schema> {
    let mut schemas = BTreeMap::new();
    for named in manifest.routes.iter().flat_map(|route| route.body.iter().chain(&route.answer)) {
        let read = std::fs::read_to_string(folder.join(&named.name)).map_err(|error| format!("can't be read: {error}"));
        match read.and_then(|text| Schema::read(&text)) {
            Ok(schema) => drop(schemas.insert(named.name.clone(), schema)),
            Err(said) => problems.add(Part::Route, named.line, format!("`{}` {said}", named.name)),
        }
    }
    schemas
}

impl Schema {
    /// An error says why it is none.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if let Some((line, said)) = schema_mistake(text) {
            return Err(format!("in line {line}: {said}"));
        }
        let document = serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
        // What it refers to is looked for in itself: nothing is fetched.
        let validator = jsonschema::options().should_validate_formats(true).build(&document).map_err(|error| {
            let at = error.instance_path().as_str();
            let at = if at.is_empty() { String::new() } else { format!(" at `{at}`") };
            format!("is no JSON Schema{at}: {error}")
        })?;
        Ok(Self { document, validator })
    }

    /// What of the value breaks it; nothing where it keeps to it.
    pub(crate) fn blames(&self, value: &Value) -> Vec<FieldError> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        let mut violations = Violations::default();
        for error in self.validator.iter_errors(value).take(Violations::MOST) {
            within(&mut violations, &mut error.instance_path().iter(), &|violations| note(violations, &error));
        }
        violations.into_errors()
    }
}

/// Goes down to where the mistake is.
fn within(
    violations: &mut Violations,
    steps: &mut dyn Iterator<Item = jsonschema::paths::LocationSegment<'_>>,
    note: &dyn Fn(&mut Violations),
) {
    match steps.next() {
        Some(step) => violations.within(step, |violations| within(violations, steps, note)),
        None => note(violations),
    }
}

fn note(violations: &mut Violations, error: &ValidationError<'_>) {
    match error.kind() {
        Broken::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            violations.within(name, |violations| violations.add("", "required", "is required"));
        }
        Broken::AdditionalProperties { unexpected } | Broken::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                violations.within(name, |violations| violations.add("", "unknown", "is not a field"));
            }
        }
        kind => {
            let (rule, must) = sentence(kind);
            violations.add("", rule, must);
        }
    }
}

/// The rule that is broken, and what must be.
fn sentence(kind: &Broken) -> (&'static str, Cow<'static, str>) {
    match kind {
        Broken::Type { kind: TypeKind::Single(one) } => ("type", format!("must be {}", shown(*one)).into()),
        Broken::Type { kind: TypeKind::Multiple(several) } => {
            let several: Vec<&str> = several.iter().map(shown).collect();
            ("type", format!("must be {}", several.join(" or ")).into())
        }
        Broken::Enum { options } => ("one_of", one_of(options)),
        Broken::Constant { expected_value } => ("one_of", format!("must be `{}`", bare(expected_value)).into()),
        Broken::MinLength { limit } => ("length", format!("must have at least {limit} characters").into()),
        Broken::MaxLength { limit } => ("length", format!("must have at most {limit} characters").into()),
        Broken::MinItems { limit } => ("length", format!("must have at least {limit} items").into()),
        Broken::MaxItems { limit } => ("length", format!("must have at most {limit} items").into()),
        Broken::MinProperties { limit } => ("length", format!("must have at least {limit} fields").into()),
        Broken::MaxProperties { limit } => ("length", format!("must have at most {limit} fields").into()),
        Broken::Minimum { limit } => ("range", format!("must be at least {limit}").into()),
        Broken::Maximum { limit } => ("range", format!("must be at most {limit}").into()),
        Broken::ExclusiveMinimum { limit } => ("range", format!("must be more than {limit}").into()),
        Broken::ExclusiveMaximum { limit } => ("range", format!("must be less than {limit}").into()),
        Broken::MultipleOf { multiple_of } => ("range", format!("must be a multiple of {multiple_of}").into()),
        Broken::Pattern { pattern } => ("pattern", format!("must match `{pattern}`").into()),
        Broken::Format { format } => ("format", format!("must be of the format `{format}`").into()),
        Broken::UniqueItems => ("unique", "must have no item twice".into()),
        Broken::FalseSchema => ("unknown", "must not be there".into()),
        Broken::AnyOf { .. } | Broken::OneOfNotValid { .. } => {
            ("type", "must be one of the shapes that its schema names".into())
        }
        Broken::OneOfMultipleValid { .. } => ("type", "must be one only of the shapes that its schema names".into()),
        other => ("schema", format!("must keep to `{}` of its schema", other.keyword()).into()),
    }
}

fn one_of(options: &Value) -> Cow<'static, str> {
    let options: Vec<String> = options.as_array().into_iter().flatten().map(bare).collect();
    format!("must be one of `{}`", options.join("`, `")).into()
}

/// Without the quotes of a text.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shown(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a text",
        JsonType::Array => "a list",
        JsonType::Object => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(value: &Value) -> Schema {
        Schema::read(&value.to_string()).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Field, pointer, rule and sentence of everything that is wrong.
    fn blamed(schema: &Schema, value: &Value) -> Vec<String> {
        let one = |field: FieldError| format!("{} {} {} {}", field.field, field.pointer, field.rule, field.message);
        let mut all: Vec<String> = schema.blames(value).into_iter().map(one).collect();
        all.sort();
        all
    }

    #[test]
    fn each_field_that_breaks_the_schema_is_named_and_no_value_is_said() {
        let order = schema(&json!({
            "type": "object",
            "required": ["id", "lines"],
            "additionalProperties": false,
            "properties": {
                "id": { "type": "integer", "minimum": 1 },
                "kind": { "enum": ["sale", "gift"] },
                "mail": { "type": ["string", "null"], "format": "email", "maxLength": 20 },
                "lines": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/line" } }
            },
            "$defs": { "line": { "type": "object", "required": ["a/b"], "properties": { "a/b": { "type": "string" } } } }
        }));
        assert_eq!(blamed(&order, &json!({ "id": 1, "lines": [{ "a/b": "x" }], "mail": null })), [""; 0]);
        assert_eq!(blamed(&order, &json!("secret")), ["  type must be an object"]);
        let wrong = json!({
            "id": 0, "kind": "secret", "mail": "secret", "lines": [{}, { "a/b": 7 }], "more": 1
        });
        assert_eq!(
            blamed(&order, &wrong),
            [
                "id /id range must be at least 1",
                "kind /kind one_of must be one of `sale`, `gift`",
                "lines.0.a/b /lines/0/a~1b required is required",
                "lines.1.a/b /lines/1/a~1b type must be a text",
                "mail /mail format must be of the format `email`",
                "more /more unknown is not a field",
            ]
        );
    }

    #[test]
    fn what_is_no_schema_is_told_and_nothing_is_fetched() {
        let why = |value: Value| Schema::read(&value.to_string()).err().unwrap_or_default();
        assert!(why(json!({ "type": "text" })).starts_with("is no JSON Schema at `/type`: "));
        assert!(why(json!({ "$ref": "https://schemas.example/order.json" })).starts_with("is no JSON Schema"));
        assert!(Schema::read("{").is_err_and(|why| why.starts_with("in line 1: it is not JSON")));
    }
}
