//! The names of schemas: unique whatever types are called, the same in every order, and true to what they stand for.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Schemas;
use crate::manifest::ShapeOf;
use crate::schema::without_booleans;

/// A type of an application that the test makes up.
#[derive(Debug, Clone)]
struct Type {
    place: String,
    short: String,
    /// Other types by their number.
    fields: Vec<usize>,
    argument: Option<usize>,
    /// Whether it is read in another shape than it is written.
    is_lopsided: bool,
}

const TYPES: usize = 8;

thread_local! {
    static WORLD: RefCell<Vec<Type>> = const { RefCell::new(Vec::new()) };
}

fn with<R>(number: usize, ask: impl FnOnce(&Type) -> R) -> R {
    WORLD.with_borrow(|world| ask(&world[number]))
}

/// The type of this number.
struct Made<const N: usize>;

const MADE: [ShapeOf; TYPES] = [of::<0>, of::<1>, of::<2>, of::<3>, of::<4>, of::<5>, of::<6>, of::<7>];

fn of<const N: usize>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Made<N>>()
}

/// As the derive names them: `‹place|Short_for_‹…››`.
fn name(number: usize) -> String {
    let (place, short, argument) = with(number, |ty| (ty.place.clone(), ty.short.clone(), ty.argument));
    let argument = argument.map(|argument| format!("_for_{}", name(argument))).unwrap_or_default();
    format!("‹{place}::{short}|{short}{argument}›")
}

impl<const N: usize> JsonSchema for Made<N> {
    fn schema_name() -> Cow<'static, str> {
        name(N).into()
    }

    fn schema_id() -> Cow<'static, str> {
        name(N).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (fields, is_lopsided) = with(N, |ty| (ty.fields.clone(), ty.is_lopsided));
        let mut properties = Map::new();
        // What it stands for, so that a reference can be followed to the right one.
        properties.insert("self".into(), json!({ "const": name(N) }));
        for field in fields {
            properties.insert(format!("f{field}"), MADE[field](generator).to_value());
        }
        let required = if is_lopsided && generator.contract().is_deserialize() { vec![] } else { vec!["self"] };
        json!({ "type": "object", "properties": properties, "required": required }).try_into().unwrap()
    }
}

fn world() -> impl Strategy<Value = Vec<Type>> {
    let short = prop::sample::select(vec![
        "Comment",
        "CommentReply",
        "CommentBody",
        "CommentInput",
        "commentinput",
        "Failure",
        "Page",
        "Item",
        "PageItem",
        "Page_for_Item",
        "BlogItem",
        "Café",
        "Cafe",
    ]);
    let place = prop::sample::select(vec![
        "app::domains::blog::plugins::add_comment",
        "app::domains::blog::plugins::list_comments",
        "app::domains::blog::plugins::list_comments::inner",
        "app::domains::blog::models::comment",
        "app::domains::shop::plugins::add_comment",
        "app::domains::shop::events::comment",
        "app::tools::clock",
        "app::tools::blog",
        "money",
        "money::other",
    ]);
    let one = (place, short, prop::collection::vec(0..TYPES, 0..3), prop::option::of(0..TYPES), any::<bool>());
    prop::collection::vec(one, TYPES).prop_map(|types| {
        let mut seen = BTreeSet::new();
        let made = types.into_iter().enumerate().map(|(number, (place, short, fields, argument, is_lopsided))| {
            // A module has a name once.
            let short =
                if seen.insert((place, short)) { short.to_owned() } else { format!("{short}{}", "X".repeat(number)) };
            // Only of a type before it: a type has an end.
            let argument = argument.filter(|argument| *argument < number);
            Type { place: place.to_owned(), short, fields, argument, is_lopsided }
        });
        made.collect()
    })
}

/// The components of a document, and where the schema of each input and reply leads.
fn document(uses: &[(usize, bool)]) -> (Map<String, Value>, BTreeMap<(usize, bool), String>) {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for (index, (number, is_input)) in uses.iter().enumerate() {
        schemas.enter(format!("op{index}"), format!("`GET /{index}`"));
        let schema = if *is_input { schemas.input(MADE[*number]) } else { schemas.output(MADE[*number]) };
        paths.insert(index.to_string(), schema);
    }
    let (components, clashes) = schemas.finish(&mut paths, json!({}));
    assert!(clashes.is_empty(), "{clashes:?}");
    let lead = |index: usize| paths[&index.to_string()]["$ref"].as_str().unwrap().to_owned();
    (components, uses.iter().enumerate().map(|(index, one)| (*one, lead(index))).collect())
}

fn stands<'c>(components: &'c Map<String, Value>, reference: &str) -> &'c Value {
    let name = reference.strip_prefix("#/components/schemas/").unwrap_or_else(|| panic!("{reference} leads nowhere"));
    assert!(
        name.chars().all(|one| one.is_ascii_alphanumeric() || "._-".contains(one)),
        "{name} is no component's name"
    );
    &components[name]
}

fn is_right(components: &Map<String, Value>, reference: &str, number: usize, is_input: bool, depth: usize) {
    let schema = stands(components, reference);
    assert_eq!(schema["properties"]["self"]["const"], name(number), "{reference} is another type's");
    let is_demanding = !schema["required"].as_array().unwrap().is_empty();
    assert_eq!(is_demanding, !(is_input && with(number, |ty| ty.is_lopsided)), "{reference} is of the other direction");
    for field in with(number, |ty| ty.fields.clone()).into_iter().filter(|_| depth > 0) {
        let inner = schema["properties"][format!("f{field}")]["$ref"].as_str().unwrap();
        is_right(components, inner, field, is_input, depth - 1);
    }
}

proptest! {
    #[test]
    fn every_type_has_a_name_of_its_own_in_whatever_order_it_is_met(
        world in world(),
        uses in prop::collection::vec((0..TYPES, any::<bool>()), 1..10),
    ) {
        WORLD.set(world);
        let (components, leads) = document(&uses);
        for ((number, is_input), reference) in &leads {
            is_right(&components, reference, *number, *is_input, 3);
        }
        let reversed: Vec<_> = uses.iter().rev().copied().collect();
        let (other, _) = document(&reversed);
        prop_assert_eq!(&components, &other, "no name depends on an order");

        // What is added takes no name from another type: names get longer, or stay.
        let after = components;
        let (before, _) = document(&uses[..uses.len() - 1]);
        let dropped = uses[uses.len() - 1];
        for (name, schema) in &before {
            let same = after.get(name).is_none_or(|one| one["properties"]["self"] == schema["properties"]["self"]);
            prop_assert!(same, "`{}` came to mean another type by {:?}", name, dropped);
        }
    }
}

/// Sets the types of this test, by place and name.
fn types(of: &[(&str, &str)]) {
    let one = |(place, short): &(&str, &str)| Type {
        place: (*place).to_owned(),
        short: (*short).to_owned(),
        fields: Vec::new(),
        argument: None,
        is_lopsided: true,
    };
    WORLD.set(of.iter().map(one).collect());
}

fn names(uses: &[(usize, bool)]) -> Vec<String> {
    let (components, _) = document(uses);
    components.keys().filter(|name| *name != "Failure").cloned().collect()
}

const BLOG: &str = "app::domains::blog::plugins::add";
const SHOP: &str = "app::domains::shop::plugins::add";

#[test]
fn a_reply_keeps_its_name_whatever_else_there_is() {
    types(&[(BLOG, "Comment"), (SHOP, "CommentReply"), (SHOP, "ArticleReply")]);
    assert_eq!(names(&[(0, false), (1, true), (2, false)]), ["ArticleReply", "Comment", "CommentReply"]);
    assert_eq!(names(&[(2, false), (2, true)]), ["ArticleReply", "ArticleReply-Input"]);
    let mut alike = WORLD.take();
    alike[2].is_lopsided = false;
    WORLD.set(alike);
    assert_eq!(names(&[(2, false), (2, true)]), ["ArticleReply"], "read and written alike, it is one");
}

#[test]
fn types_of_one_name_are_called_by_domain_then_by_file() {
    types(&[(BLOG, "Item"), (SHOP, "Item"), ("app::domains::shop::plugins::list", "Item"), (SHOP, "Other")]);
    assert_eq!(names(&[(0, false), (3, false)]), ["Item", "Other"]);
    assert_eq!(names(&[(0, false), (1, false), (3, false)]), ["Other", "blog.Item", "shop.Item"]);
    assert_eq!(names(&[(2, false), (1, false), (0, false)]), ["blog.Item", "shop.add.Item", "shop.list.Item"]);
    types(&[(BLOG, "Failure"), ("microcore::bus", "Trace"), ("app::tools::clock", "Trace")]);
    assert_eq!(names(&[(0, false), (1, false), (2, false)]), ["blog.Failure", "clock.Trace", "microcore.Trace"]);
}

#[test]
fn a_whole_place_is_no_short_name_of_another_type() {
    types(&[("money", "Item"), ("money::other", "Item"), (BLOG, "Item"), ("blog::add", "Item")]);
    assert_eq!(names(&[(1, false), (2, false)]), ["blog.Item", "money.Item"]);
    assert_eq!(names(&[(0, false), (1, false)]), ["money.crate.Item", "money.crate.other.Item"]);
    assert_eq!(names(&[(2, false), (3, false)]), ["blog.add.Item", "blog.crate.add.Item"]);
}

#[test]
fn two_types_that_nothing_tells_apart_are_named_with_both_places() {
    /// Two crates may have types of one path and one name, as two versions of one crate do.
    fn money(generator: &mut SchemaGenerator, digits: u32) -> Schema {
        let name = "‹money::Money|Money›";
        generator.definitions_mut().insert(name.into(), json!({ "type": "integer", "multipleOf": digits }));
        Schema::new_ref("#/components/schemas/%E2%80%B9money::Money%7CMoney%E2%80%BA".into())
    }
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for (place, shape) in
        [("GET /one", (|generator| money(generator, 1)) as ShapeOf), ("GET /ten", |generator| money(generator, 10))]
    {
        schemas.enter(place.replace(' ', "."), format!("`{place}`"));
        paths.insert(place.into(), schemas.output(shape));
    }
    let (components, clashes) = schemas.finish(&mut paths, json!({}));
    let said = clashes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(
        said.starts_with("`money::Money` is the name of two schemas: one of `GET /one`, another of `GET /ten`;"),
        "{said}"
    );
    assert_eq!(stands(&components, paths["GET /one"]["$ref"].as_str().unwrap())["multipleOf"], 1);
    assert_eq!(stands(&components, paths["GET /ten"]["$ref"].as_str().unwrap())["multipleOf"], 10);
}

#[test]
fn any_value_is_never_a_boolean() {
    let mut schemas = Schemas::default();
    let any = |generator: &mut SchemaGenerator| generator.subschema_for::<BTreeMap<String, Vec<Value>>>();
    let map = schemas.input(any);
    assert_eq!(map["additionalProperties"], json!({ "type": "array", "items": {} }));
    assert_eq!(schemas.output(SchemaGenerator::subschema_for::<Value>), json!({}));
    let mut closed: Schema = json!({ "additionalProperties": false }).try_into().unwrap();
    without_booleans(&mut closed);
    assert_eq!(closed.to_value(), json!({ "additionalProperties": false }));
}
