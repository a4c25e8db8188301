//! Shapes of real types, as `schemars` derives them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, SchemaGenerator, schema_for};
use serde::{Deserialize, Serialize};

use super::{has_choice, input_shape, output_shape, schema_shape};

#[derive(Serialize, Deserialize, JsonSchema)]
struct NewUser {
    #[validate(length(min = 1, max = 200))]
    name: String,
    #[validate(email)]
    email: String,
    #[validate(range(min = 18, max = 130))]
    age: u8,
    nickname: Option<String>,
    #[serde(default)]
    active: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Tree {
    value: f64,
    children: Vec<Tree>,
}

/// The documentation of a variant makes schemars write `oneOf` instead of `enum`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Role {
    /// May do all.
    Admin,
    Member,
    Guest,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Payment {
    Card { number: String },
    Cash,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Order {
    #[serde(flatten)]
    payment: Payment,
    role: Option<Role>,
    counts: BTreeMap<String, u32>,
    tags: BTreeSet<String>,
    point: (i64, String),
    extra: serde_json::Value,
}

#[test]
fn bounds_formats_and_optional_fields_are_short() {
    assert_eq!(
        input_shape(SchemaGenerator::subschema_for::<NewUser>),
        "{name: string(1..200), email: string(email), age: integer(18..130), active?: boolean, nickname?: string|null}"
    );
}

#[test]
fn what_is_always_written_is_not_optional_in_a_reply() {
    assert_eq!(
        output_shape(SchemaGenerator::subschema_for::<NewUser>),
        "{name: string(1..200), email: string(email), age: integer(18..130), nickname: string|null, active: boolean}"
    );
}

#[test]
fn a_recursive_type_is_cut_with_its_name() {
    assert_eq!(output_shape(SchemaGenerator::subschema_for::<Tree>), "Tree {value: number, children: [Tree]}");
    assert_eq!(schema_shape(&schema_for!(Tree)), "{value: number, children: [Tree]}");
    assert_eq!(
        output_shape(<Tree as JsonSchema>::json_schema),
        "{value: number, children: [Tree {value: number, children: [Tree]}]}"
    );
}

#[test]
fn enums_are_their_values() {
    assert_eq!(schema_shape(&schema_for!(Role)), r#""member"|"guest"|"admin""#);
    assert_eq!(schema_shape(&schema_for!(Payment)), r#"{kind: "card", number: string}|{kind: "cash"}"#);
    assert_eq!(schema_shape(&schema_for!(Vec<Option<Role>>)), r#"["member"|"guest"|"admin"|null]"#);
}

#[test]
fn flattened_maps_sets_tuples_and_anything() {
    assert_eq!(
        schema_shape(&schema_for!(Order)),
        "{counts: {string: integer(0..)}, tags: [string](unique), point: [integer, string], extra: any, \
         role?: \"member\"|\"guest\"|\"admin\"|null} & ({kind: \"card\", number: string}|{kind: \"cash\"})"
    );
    assert_eq!(schema_shape(&schema_for!(BTreeMap<String, Vec<u8>>)), "{string: [integer(0..255)]}");
    assert_eq!(schema_shape(&schema_for!(BTreeMap<u8, bool>)), r"{/^\d+$/: boolean}");
    assert_eq!(schema_shape(&schema_for!(())), "null");
    assert_eq!(schema_shape(&schema_for!(char)), "string(1)");
}

#[test]
fn schemas_written_by_hand_are_read_too() {
    let shape =
        |schema: serde_json::Value| schema_shape(&schema.try_into().expect("a schema is an object or a boolean"));
    assert_eq!(shape(true.into()), "any");
    assert_eq!(shape(false.into()), "never");
    assert_eq!(shape(serde_json::json!({"type": "number", "exclusiveMinimum": 0, "maximum": 1.0})), "number(>0..1)");
    assert_eq!(shape(serde_json::json!({"type": "integer", "multipleOf": 5})), "integer(multiple of 5)");
    assert_eq!(shape(serde_json::json!({"properties": {"a b": {}}, "required": ["a b"]})), r#"{"a b": any}"#);
    assert_eq!(shape(serde_json::json!({"$ref": "#/$defs/Missing"})), "Missing");
    let narrowed = serde_json::json!({"$ref": "#/$defs/A", "maxLength": 9, "$defs": {"A": {"type": "string"}}});
    assert_eq!(shape(narrowed), "string(..9)");
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Page<{T}>")]
struct Page<T> {
    items: Vec<T>,
    next: Option<Box<Page<T>>>,
}

#[test]
fn a_reference_to_a_generic_type_is_unescaped() {
    assert_eq!(
        output_shape(SchemaGenerator::subschema_for::<Page<u8>>),
        "Page<uint8> {items: [integer(0..255)], next: Page<uint8>|null}"
    );
}

#[test]
fn a_choice_inside_brackets_or_quotes_is_not_one() {
    assert!(has_choice("a|b") && !has_choice("[a|b]") && !has_choice(r#""a\"|b""#));
}
