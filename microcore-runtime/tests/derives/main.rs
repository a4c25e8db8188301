//! What the derives do, seen from a user's crate: wire format, schema, rules, and the search for every mistake.

#![allow(
    missing_docs,
    dead_code,
    elided_lifetimes_in_paths,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::needless_raw_string_hashes,
    reason = "tests"
)]

extern crate microcore_runtime as microcore;

mod wire_format;

use std::collections::BTreeMap;

use microcore::__private::{BodyRules, Check, Unchecked as _, read_json, serde_json};
use microcore::derives::*;
use microcore::validation::Violations;
use microcore_macros::{Deserialize, Schema, Serialize, Validate};
use serde_json::{Value, from_value, json, to_value};

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewUser {
    /// Shown to others.
    #[validate(length(min = 1, max = 200))]
    name: String,
    #[validate(email)]
    email: String,
    #[validate(range(min = 1, max = 10))]
    stars_given: Option<u8>,
    #[serde(default)]
    #[validate(nested)]
    past_homes: Vec<Address>,
    #[validate(nested)]
    home: Option<Address>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema, Validate)]
struct Address {
    #[serde(alias = "town")]
    #[validate(length(equal = 2), custom(function = not_xx, code = "town"))]
    city: String,
    #[serde(skip)]
    seen: bool,
}

fn not_xx(city: &str) -> Result<(), &'static str> {
    if city == "XX" { Err("must be a real place") } else { Ok(()) }
}

const RULES: BodyRules<NewUser> =
    BodyRules::of(read_json::<NewUser>, Check::<NewUser>::VALIDATE, Check::<NewUser>::PROBE);

fn broken(value: &impl Validate) -> Vec<String> {
    let mut violations = Violations::default();
    value.validate(&mut violations);
    lines(violations)
}

fn probed(body: &Value) -> Vec<String> {
    let mut violations = Violations::default();
    (RULES.probe)(body, &mut violations);
    lines(violations)
}

fn lines(violations: Violations) -> Vec<String> {
    violations.into_errors().iter().map(|error| format!("{} {}: {}", error.field, error.rule, error.message)).collect()
}

#[test]
fn a_refused_body_names_every_mistake() {
    assert_eq!(
        probed(&json!({"name": ""})),
        ["name length: must have 1 to 200 characters", "email required: is required"]
    );
    assert_eq!(
        probed(&json!({"name": 5, "email": "x", "starsGiven": 300, "home": {"town": 1}, "pastHomes": [{}], "z": 1})),
        [
            "name type: must be a text",
            "email email: must be an email address",
            "starsGiven type: must be an integer from 0 to 255",
            "pastHomes.0.city required: is required",
            "home.city type: must be a text",
            "z unknown: is not a field",
        ]
    );
    assert_eq!(probed(&json!([])), [" type: must be an object"]);
    assert!(probed(&json!({"name": "a", "email": "a@example.com"})).is_empty());
}

#[test]
fn rules_name_fields_as_clients_do() {
    let address = |city: &str| Address { city: city.into(), seen: false };
    let user = NewUser {
        name: String::new(),
        email: "a@example.com".into(),
        stars_given: Some(11),
        past_homes: vec![address("AA"), address("XX")],
        home: Some(address("ABC")),
    };
    let expected = [
        "name length: must have 1 to 200 characters",
        "starsGiven range: must be from 1 to 10",
        "pastHomes.1.city town: must be a real place",
        "home.city length: must have exactly 2 characters",
    ];
    assert_eq!(broken(&user), expected);
    let mut violations = Violations::default();
    (RULES.validate)(&user, &mut violations);
    assert_eq!(lines(violations), expected);
}

#[test]
fn a_type_without_rules_is_accepted() {
    type Plain = BTreeMap<String, u8>;
    let rules = BodyRules::of(read_json::<Plain>, Check::<Plain>::VALIDATE, Check::<Plain>::PROBE);
    let mut violations = Violations::default();
    (rules.validate)(&BTreeMap::new(), &mut violations);
    assert!(!(rules.probe)(&json!(1), &mut violations));
    assert!(violations.is_empty());
}

const LEAST: u64 = 2;

#[derive(Validate)]
struct Every {
    #[validate(url)]
    site: String,
    #[validate(contains = "@", does_not_contain(pattern = " ", code = "spaces"))]
    handle: String,
    #[validate(ip)]
    host: String,
    #[validate(non_control_character)]
    line: String,
    #[validate(must_match(other = site, message = "must repeat the site"))]
    again: String,
    #[validate(required)]
    there: Option<u8>,
    #[validate(range(exclusive_min = 0.0, exclusive_max = 1.0))]
    share: f64,
    #[validate(length(min = LEAST))]
    tags: Vec<String>,
}

/// Anything that says whether it matches is a pattern.
struct Longest(usize);

impl Longest {
    fn is_match(&self, text: &str) -> bool {
        text.len() <= self.0
    }
}

#[derive(Validate)]
struct Coded {
    #[validate(regex(path = Longest(3)))]
    code: Option<String>,
    #[validate(range(min = -90.0, max = 90.0))]
    lat: Option<f64>,
}

#[test]
fn a_pattern_is_anything_that_matches_and_a_range_refuses_what_is_no_number() {
    assert!(broken(&Coded { code: Some("abc".into()), lat: Some(90.0) }).is_empty());
    assert!(broken(&Coded { code: None, lat: None }).is_empty());
    assert_eq!(
        broken(&Coded { code: Some("abcd".into()), lat: Some(f64::NAN) }),
        ["code regex: must match the pattern", "lat range: must be from -90.0 to 90.0"]
    );
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema)]
#[allow(clippy::option_option, reason = "absent, null and a value are three things")]
struct Changes {
    name: Option<Option<String>>,
    age: Option<u8>,
}

/// The same where serde writes the code.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::option_option, reason = "absent, null and a value are three things")]
enum Command {
    Change {
        name: Option<Option<String>>,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    },
}

#[test]
fn an_option_of_an_option_tells_absent_from_null() {
    use microcore::__private::schemars::generate::SchemaSettings;
    for (value, text) in [
        (Changes { name: None, age: None }, json!({"age": null})),
        (Changes { name: Some(None), age: None }, json!({"name": null, "age": null})),
        (Changes { name: Some(Some("a".into())), age: Some(7) }, json!({"name": "a", "age": 7})),
    ] {
        assert_eq!(to_value(&value).unwrap(), text);
        assert_eq!(from_value::<Changes>(text).unwrap(), value);
    }
    assert_eq!(from_value::<Changes>(json!({})).unwrap(), Changes { name: None, age: None });
    let change = |text: Value| from_value::<Command>(json!({"change": text})).map(|Command::Change { name, .. }| name);
    assert_eq!(change(json!({})).unwrap(), None);
    assert_eq!(change(json!({"name": null})).unwrap(), Some(None));
    assert_eq!(change(json!({"name": "a"})).unwrap(), Some(Some("a".to_owned())));
    let read = microcore::__private::schemars::schema_for!(Changes).to_value();
    assert_eq!(read["properties"]["name"]["type"], json!(["string", "null"]));
    assert_eq!(read.get("required"), None);
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let written = settings.into_generator().into_root_schema_for::<Changes>().to_value();
    assert_eq!(written["required"], json!(["age"]));
}

#[derive(Validate)]
struct Wrapped<T>(#[validate(nested)] T);

#[test]
fn every_rule_has_its_sentence() {
    let every = Every {
        site: "x".into(),
        handle: "a b".into(),
        host: "h".into(),
        line: "a\u{7}".into(),
        again: "y".into(),
        there: None,
        share: 1.0,
        tags: vec![],
    };
    assert_eq!(
        broken(&Wrapped(every)),
        [
            "site url: must be a URL",
            "handle contains: must contain `@`",
            "handle spaces: must not contain ` `",
            "host ip: must be an IP address",
            "line non_control_character: must not have control characters",
            "again must_match: must repeat the site",
            "there required: is required",
            "share range: must be greater than 0.0 and less than 1.0",
            "tags length: must have at least 2 items",
        ]
    );
}

#[test]
fn rules_reach_the_schema() {
    let schema = microcore::__private::schemars::schema_for!(NewUser).to_value();
    assert_eq!(schema["title"], "NewUser");
    let fields = &schema["properties"];
    assert_eq!(fields["name"]["minLength"], 1);
    assert_eq!(fields["name"]["maxLength"], 200);
    assert_eq!(fields["name"]["description"], "Shown to others.");
    assert_eq!(fields["email"]["format"], "email");
    assert_eq!(fields["starsGiven"]["maximum"], 10);
    assert_eq!(schema["required"], json!(["name", "email"]));
    assert!(schema["$defs"]["Address"].is_object(), "{schema}");
    let schema = microcore::__private::schemars::schema_for!(Page<u8>).to_value();
    assert_eq!(schema["title"], "Page_for_uint8");
}

#[derive(Serialize, Deserialize, Schema)]
#[serde(default)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), total: 7 }
    }
}

#[test]
fn a_generic_item_uses_its_own_default() {
    let page: Page<u8> = from_value(json!({"items": [1]})).unwrap();
    assert_eq!(to_value(&page).unwrap(), json!({"items": [1], "total": 7}));
    let schema = microcore::__private::schemars::schema_for!(Page<u8>).to_value();
    assert_eq!(schema["properties"]["total"]["default"], 7);
}

/// The same items, by schemars' own derive and by ours.
macro_rules! drawn_twice {
    ($($item:item)*) => {
        mod written {
            use std::collections::BTreeMap;
            use microcore_macros::Schema;
            pub type Nickname = Option<String>;
            $(#[derive(Schema)] $item)*
        }
        mod derived {
            use std::collections::BTreeMap;
            use microcore::__private::schemars;
            pub type Nickname = Option<String>;
            $(#[derive(schemars::JsonSchema)] #[schemars(crate = "schemars")] $item)*
        }
    };
}

drawn_twice! {
    pub struct Empty {}
    /// A thing.
    ///
    /// In two paragraphs,
    ///   the second indented.
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct Ruled {
        /// Its name.
        #[validate(length(min = 1, max = 200))]
        pub first_name: String,
        #[validate(length(equal = 2))]
        pub pair: Vec<u8>,
        #[validate(range(min = -1, max = 10))]
        pub stars: Option<i8>,
        #[validate(range(min = 0.5))]
        pub share: f64,
        #[validate(range(min = 5))]
        pub not_a_number: Empty,
        #[validate(email)]
        pub mail: String,
        #[validate(url)]
        pub site: Option<String>,
        #[validate(ip)]
        pub host: String,
        /** Another style. */
        pub nickname: Nickname,
        #[serde(rename = "type", alias = "kind")]
        pub kind: Option<Empty>,
        pub deep: BTreeMap<String, Vec<Option<Empty>>>,
        pub r#loop: bool,
    }
    /// # A title
    /// and more
    pub struct Titled { pub a: u8 }
    pub struct WithDefault { #[serde(default)] pub a: u8, #[serde(skip)] pub b: u8 }
    #[serde(rename = "Other")]
    pub struct Renamed { pub a: u8 }
    pub struct Contained { #[validate(contains(pattern = "@"))] pub a: String }
    pub enum Kind { One, Two(u8) }
}

#[test]
fn a_schema_is_what_schemars_itself_derives() {
    use microcore::__private::schemars::JsonSchema;
    use microcore::__private::schemars::generate::{SchemaGenerator, SchemaSettings};
    fn root<T: JsonSchema>(settings: SchemaSettings) -> Value {
        SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
    }
    fn both<Written: JsonSchema, Derived: JsonSchema>() {
        let (to, from) = (SchemaSettings::draft2020_12(), SchemaSettings::draft2020_12().for_serialize());
        assert_eq!(root::<Written>(to.clone()), root::<Derived>(to));
        assert_eq!(root::<Written>(from.clone()), root::<Derived>(from));
    }
    both::<written::Empty, derived::Empty>();
    both::<written::Ruled, derived::Ruled>();
    both::<written::Titled, derived::Titled>();
    both::<written::WithDefault, derived::WithDefault>();
    both::<written::Renamed, derived::Renamed>();
    both::<written::Contained, derived::Contained>();
    both::<written::Kind, derived::Kind>();
}

#[test]
fn types_of_one_name_have_schemas_of_their_own() {
    let schema = microcore::__private::schemars::schema_for!((written::Ruled, NewUser, Ruled)).to_value();
    let mut defined: Vec<&String> = schema["$defs"].as_object().unwrap().keys().collect();
    defined.sort();
    assert_eq!(defined, ["Address", "Empty", "NewUser", "Ruled", "Ruled2"]);
}

#[derive(Schema)]

struct Ruled {
    other: bool,
}
