//! Which changes of an event are told, and which are nobody's business.

use proptest::prelude::*;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::incompatible;

#[test]
fn removals_retypings_and_new_demands_are_named() {
    let earlier = json!({
        "user.created": { "properties": { "id": { "type": "integer" }, "email": { "type": "string" }, "old": { "type": "string" } }, "required": ["id"] },
        "user.gone": { "properties": {} }
    });
    let now = json!({
        "user.created": { "properties": { "id": { "type": "string" }, "email": { "type": "string" }, "team": { "type": "integer" } }, "required": ["id", "team"] }
    });
    let found = incompatible(&earlier, &now);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].contains("`id` was \"integer\" and is \"string\""), "{found:#?}");
    assert!(found[1].contains("field `old` is gone") && found[2].contains("`team` is required"), "{found:#?}");
    assert!(found[3].contains("event `user.gone` is gone"), "{found:#?}");
    assert!(incompatible(&now, &now).is_empty());
}

#[test]
fn what_hides_below_a_field_is_found() {
    let event = |field: Value| json!({ "order.placed": { "type": "object", "properties": { "it": field } } });
    let number = |format: &str| json!({ "type": "integer", "format": format });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let state = |states: &[&str]| json!({ "type": "string", "enum": states });
    for (earlier, now, said) in [
        (number("int64"), number("uint8"), "field `it` had the format \"int64\" and has \"uint8\""),
        (list(number("int64")), list(json!({ "type": "string" })), "an item of event `order.placed`: field `it` was"),
        (state(&["open", "paid"]), state(&["open"]), "field `it` may not be \"paid\" any more"),
    ] {
        let found = incompatible(&event(earlier), &event(now));
        assert!(found.len() == 1 && found[0].contains(said), "{found:#?}");
    }
}
/// What `incompatible` says of two versions of one event's type.
fn between<A: JsonSchema, B: JsonSchema>() -> Vec<String> {
    fn of<T: JsonSchema>() -> Value {
        let settings = schemars::generate::SchemaSettings::draft2020_12();
        let mut generator = settings.with(|settings| settings.inline_subschemas = true).into_generator();
        json!({ "it.happened": generator.subschema_for::<T>().to_value() })
    }
    incompatible(&of::<A>(), &of::<B>())
}

mod earlier {
    use schemars::JsonSchema;
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    pub(super) enum State {
        Open,
        Paid,
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    pub(super) struct Address {
        pub(super) street: String,
    }
    #[derive(JsonSchema)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "the same")]
    pub(super) enum Payment {
        Card { number: String },
        Cash,
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "the same")]
    pub(super) enum Outside {
        Sent { by: String },
        Lost,
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "the same")]
    pub(super) struct Order {
        pub(super) state: State,
        pub(super) address: Option<Address>,
        pub(super) payment: Payment,
        pub(super) outside: Option<Outside>,
    }
}

#[test]
fn documentation_and_new_optional_fields_pass_wherever_they_stand() {
    mod now {
        use schemars::JsonSchema;
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        pub(super) enum State {
            /// The first variant that is documented turns `enum` into `oneOf`.
            Open,
            Paid,
        }
        /// Where it goes.
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        pub(super) struct Address {
            /// And the number.
            street: String,
            door: Option<String>,
        }
        #[derive(JsonSchema)]
        #[serde(tag = "kind")]
        #[expect(dead_code, reason = "the same")]
        pub(super) enum Payment {
            /// By card.
            Card {
                number: String,
                name: Option<String>,
            },
            Cash,
        }
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "the same")]
        pub(super) enum Outside {
            Sent {
                by: String,
                at: Option<String>,
            },
            /// Nobody knows.
            Lost,
        }
        /// An order, in other words.
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "the same")]
        pub(super) struct Order {
            /// Of the order.
            state: State,
            address: Option<Address>,
            /// How.
            payment: Payment,
            outside: Option<Outside>,
            note: Option<String>,
        }
    }
    assert_eq!(between::<earlier::Order, now::Order>(), Vec::<String>::new());
    assert_eq!(between::<earlier::Order, earlier::Order>(), Vec::<String>::new());
}

#[test]
fn a_variant_that_is_new_or_gone_and_a_new_demand_inside_one_are_told() {
    mod now {
        use super::earlier::Address;
        use schemars::JsonSchema;
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        pub(super) enum State {
            Open,
            /// New.
            Refunded,
        }
        #[derive(JsonSchema)]
        #[serde(tag = "kind")]
        #[expect(dead_code, reason = "only its schema is looked at")]
        pub(super) enum Payment {
            Card { number: String, name: String },
            Cash,
            Transfer { iban: String },
        }
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "the same")]
        pub(super) enum Outside {
            Sent { by: u64 },
            Lost,
        }
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "the same")]
        pub(super) struct Order {
            state: State,
            address: Address,
            payment: Payment,
            outside: Option<Outside>,
        }
    }
    let found = between::<earlier::Order, now::Order>();
    let told = |what: &str| found.iter().any(|one| one.contains(what));
    for what in [
        "field `state` may not be \"Paid\" any more",
        "field `state` may be \"Refunded\" now, which replicas of the earlier version can't read",
        "field `address` may not be \"null\" any more",
        "field `payment`: variant `kind` = \"Card\": field `name` is required now",
        "field `payment` may be variant `kind` = \"Transfer\" now",
        "field `outside`: variant {Sent}: field `Sent`: field `by` was \"string\" and is \"integer\"",
    ] {
        assert!(told(what), "{what}\n{found:#?}");
    }
    assert_eq!(found.len(), 7, "the field that may not be null is required now, too\n{found:#?}");
}

#[test]
fn what_an_earlier_version_denies_or_counts_is_told_and_a_type_inside_itself_ends() {
    let event = |schema: Value| json!({ "it.happened": schema });
    let closed =
        |fields: Value| event(json!({ "type": "object", "properties": fields, "additionalProperties": false }));
    let found = incompatible(&closed(json!({ "a": {} })), &closed(json!({ "a": {}, "b": {} })));
    assert!(found.len() == 1 && found[0].contains("field `b` is new"), "{found:#?}");
    let pair = |items: Value, most: usize| event(json!({ "type": "array", "prefixItems": items, "maxItems": most }));
    let (text, number) = (json!({ "type": "string" }), json!({ "type": "integer" }));
    let found = incompatible(&pair(json!([text, text]), 2), &pair(json!([text, number]), 3));
    assert!(found.len() == 2 && found[0].contains("item 2 of event"), "{found:#?}");
    let tree = |value: Value| {
        let of = json!({ "type": "object", "properties": { "value": value, "children": { "type": "array", "items": { "$ref": "#/$defs/Tree" } } } });
        event(json!({ "$ref": "#/$defs/Tree", "$defs": { "Tree": of } }))
    };
    assert!(incompatible(&tree(text.clone()), &tree(json!({ "type": "string", "title": "Text" }))).is_empty());
    assert_eq!(incompatible(&tree(text), &tree(number)).len(), 1);
    assert!(incompatible(&event(json!(true)), &event(json!({}))).is_empty(), "both are any value");
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({ "type": "string" })),
        Just(json!({ "type": "integer", "format": "int64" })),
        Just(json!({ "type": ["string", "null"] })),
        Just(json!({})),
        prop::collection::btree_set("[a-c]", 1..3).prop_map(|values| json!({ "type": "string", "enum": values })),
    ];
    leaf.prop_recursive(3, 24, 3, |inner| {
        let object = prop::collection::btree_map("[a-d]", inner.clone(), 0..3).prop_map(|fields| {
            let required: Vec<String> = fields.keys().take(1).cloned().collect();
            json!({ "type": "object", "properties": fields, "required": required })
        });
        prop_oneof![
            object,
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            inner.clone().prop_map(|values| json!({ "type": "object", "additionalProperties": values })),
            inner.clone().prop_map(|one| json!({ "anyOf": [one, { "type": "null" }] })),
            prop::collection::btree_map("[A-C]", inner, 1..3).prop_map(|variants| {
                let of = |(name, schema): (String, Value)| json!({ "type": "object", "properties": { name.clone(): schema }, "required": [name], "additionalProperties": false });
                json!({ "oneOf": variants.into_iter().map(of).collect::<Vec<_>>() })
            }),
        ]
    })
}

/// The same with words for people wherever `seed` says, and `enum` as `oneOf`, as a documented variant makes it.
fn annotated(schema: &Value, seed: &mut impl Iterator<Item = bool>) -> Value {
    let Value::Object(object) = schema else { return schema.clone() };
    let mut object = object.clone();
    for (key, value) in &mut object {
        match (key.as_str(), value) {
            ("properties", Value::Object(fields)) => fields.values_mut().for_each(|one| *one = annotated(one, seed)),
            ("items" | "additionalProperties", value) => *value = annotated(value, seed),
            ("anyOf" | "oneOf", Value::Array(all)) => all.iter_mut().for_each(|one| *one = annotated(one, seed)),
            _ => {}
        }
    }
    if seed.next() == Some(true) {
        object.insert("description".into(), "For people.".into());
        object.insert("title".into(), "Title".into());
        object.insert("default".into(), Value::Null);
        object.insert("deprecated".into(), true.into());
    }
    if seed.next() == Some(true)
        && let Some(Value::Array(values)) = object.remove("enum")
    {
        object.remove("type");
        let one = |value: Value| json!({ "type": "string", "const": value, "description": "A variant." });
        object.insert("oneOf".into(), values.into_iter().map(one).collect());
    }
    object.into()
}

proptest! {
    #[test]
    fn annotations_never_change_the_verdict(one in schema(), other in schema(), seed in prop::collection::vec(any::<bool>(), 64)) {
        let event = |schema: &Value| json!({ "it.happened": schema });
        let mut left = seed.iter().copied();
        let mut right = seed.iter().rev().copied();
        let verdict = incompatible(&event(&one), &event(&other));
        let with_words = incompatible(&event(&annotated(&one, &mut left)), &event(&annotated(&other, &mut right)));
        prop_assert_eq!(verdict, with_words);
        prop_assert!(incompatible(&event(&one), &event(&annotated(&one, &mut right))).is_empty());
    }
}
