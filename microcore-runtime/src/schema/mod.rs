//! The JSON Schema of a plain struct. In: its fields, as data. Out: what schemars' own derive would say.
//!
//! `#[derive(Schema)]` writes a list of [`Property`] instead of schemars' code: an application has hundreds of such
//! structs, and what the compiler does not have to read costs no time.

mod name;

use std::any::type_name;
use std::borrow::Cow;

use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

pub use self::name::schema_name;
pub(crate) use self::name::{BETWEEN, CLOSE, OPEN, with_places};

/// A name in a schema.
pub type SchemaText = Cow<'static, str>;

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    name: &'static str,
    doc: &'static str,
    schema: fn(&mut SchemaGenerator) -> Schema,
    is_option: fn() -> bool,
    may_be_left_out: fn() -> bool,
    limits: &'static [Limit],
}

/// What a rule of a field says in its schema.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// Of a text, in characters, or of a list, in items.
    MinLength(u64),
    /// Of a text, in characters, or of a list, in items.
    MaxLength(u64),
    /// Of a number.
    Minimum(Bound),
    /// Of a number.
    Maximum(Bound),
    /// Of a text: `email`, `uri`, `ip`.
    Format(&'static str),
}

/// A number as it was written.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// `1`
    Integer(i64),
    /// `18446744073709551615`
    Unsigned(u64),
    /// `0.5`
    Float(f64),
}

impl Property {
    /// A field by its name on the wire, with its documentation.
    pub const fn of<T: JsonSchema>(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            doc,
            schema: SchemaGenerator::subschema_for::<T>,
            is_option: is_option::<T>,
            may_be_left_out: is_nested_option::<T>,
            limits: &[],
        }
    }

    /// The same with what its rules say.
    #[must_use]
    pub const fn within(self, limits: &'static [Limit]) -> Self {
        Self { limits, ..self }
    }
}

/// Tells types of one name apart.
pub fn schema_id<T>() -> SchemaText {
    Cow::Borrowed(type_name::<T>())
}

/// The schema of a struct; a `closed` one has no other fields.
pub fn object_schema(generator: &mut SchemaGenerator, doc: &str, closed: bool, properties: &[Property]) -> Schema {
    let mut object = Map::new();
    if !doc.is_empty() {
        object.insert("description".to_owned(), doc.into());
    }
    object.insert("type".to_owned(), "object".into());
    if closed {
        object.insert("additionalProperties".to_owned(), false.into());
    }
    let is_input = generator.contract().is_deserialize();
    let mut shown = Map::new();
    let mut required: Vec<Value> = Vec::new();
    for property in properties {
        let mut schema = (property.schema)(generator);
        property.limits.iter().for_each(|limit| apply(&mut schema, *limit));
        if !property.doc.is_empty() {
            schema.insert("description".to_owned(), property.doc.into());
        }
        shown.insert(property.name.to_owned(), schema.into());
        // A reply has its `null`s; a request may leave them out.
        // What tells absent from `null` is absent from both.
        if !(is_input && (property.is_option)() || (property.may_be_left_out)()) {
            required.push(property.name.into());
        }
    }
    if !shown.is_empty() {
        object.insert("properties".to_owned(), shown.into());
    }
    if !required.is_empty() {
        object.insert("required".to_owned(), required.into());
    }
    object.into()
}

fn apply(schema: &mut Schema, limit: Limit) {
    let is_number = |schema: &Schema| has_type(schema, "number") || has_type(schema, "integer");
    match limit {
        Limit::MinLength(least) => apply_length(schema, "minLength", "minItems", least),
        Limit::MaxLength(most) => apply_length(schema, "maxLength", "maxItems", most),
        Limit::Minimum(bound) if is_number(schema) => drop(schema.insert("minimum".to_owned(), bound.value())),
        Limit::Maximum(bound) if is_number(schema) => drop(schema.insert("maximum".to_owned(), bound.value())),
        Limit::Minimum(_) | Limit::Maximum(_) => {}
        Limit::Format(format) => drop(schema.insert("format".to_owned(), format.into())),
    }
}

fn apply_length(schema: &mut Schema, of_text: &str, of_list: &str, length: u64) {
    for (ty, key) in [("string", of_text), ("array", of_list)] {
        if has_type(schema, ty) {
            schema.insert(key.to_owned(), length.into());
        }
    }
}

/// Whether values of this type are among those that the schema allows.
fn has_type(schema: &Schema, ty: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|one| one == ty),
        Some(one) => one == ty,
        None => false,
    }
}

impl Bound {
    fn value(self) -> Value {
        match self {
            Self::Integer(number) => number.into(),
            Self::Unsigned(number) => number.into(),
            Self::Float(number) => number.into(),
        }
    }
}

fn is_nested_option<T>() -> bool {
    type_name::<T>().starts_with("core::option::Option<core::option::Option<")
}

/// Also under another name, as in `type Nickname = Option<String>`, which a macro can't see.
fn is_option<T>() -> bool {
    type_name::<T>().starts_with("core::option::Option<")
}

/// The schema with an object wherever it says `true` or `false`, which many tools can't read; what denies other fields
/// stays, as it always was allowed.
pub(crate) fn without_booleans(schema: &mut Schema) {
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    if closed {
        schema.remove("additionalProperties");
    }
    transform_subschemas(&mut without_booleans, schema);
    if schema.as_bool().is_some() {
        schema.ensure_object();
    }
    if closed {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn any_value_is_an_empty_object_at_every_depth() {
        let mut schema: Schema = json!({
            "type": "object",
            "properties": {
                "any": true,
                "list": { "type": "array", "items": true },
                "map": { "type": "object", "additionalProperties": true },
                "pair": { "prefixItems": [true, { "type": "string", "default": true }] },
                "none": false,
                "flag": { "const": true, "enum": [true, false] }
            },
            "$defs": { "Any": true, "Closed": { "additionalProperties": false } },
            "anyOf": [true, { "not": true }]
        })
        .try_into()
        .unwrap();
        without_booleans(&mut schema);
        assert_eq!(
            schema.to_value(),
            json!({
                "type": "object",
                "properties": {
                    "any": {},
                    "list": { "type": "array", "items": {} },
                    "map": { "type": "object", "additionalProperties": {} },
                    "pair": { "prefixItems": [{}, { "type": "string", "default": true }] },
                    "none": { "not": {} },
                    "flag": { "const": true, "enum": [true, false] }
                },
                "$defs": { "Any": {}, "Closed": { "additionalProperties": false } },
                "anyOf": [{}, { "not": {} }]
            })
        );
        let mut whole: Schema = true.into();
        without_booleans(&mut whole);
        assert_eq!(whole.to_value(), json!({}));
    }
}
