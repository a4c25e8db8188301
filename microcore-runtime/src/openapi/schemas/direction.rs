//! One input or one reply → its schema and those that it refers to, by names that say where each type is from.

use schemars::Schema;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value};

use super::bounds::bounded;
use crate::manifest::ShapeOf;
use crate::schema::{with_places, without_booleans};

/// Whether it is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Direction {
    Input,
    Output,
}

/// A schema with all that it refers to.
pub(super) struct Tree {
    pub(super) direction: Direction,
    pub(super) schema: Value,
    pub(super) definitions: Map<String, Value>,
}

pub(super) fn tree(of: ShapeOf, direction: Direction) -> Tree {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.contract = match direction {
            Direction::Input => Contract::Deserialize,
            Direction::Output => Contract::Serialize,
        };
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let schema = with_places(|| of(&mut generator));
    let definitions = generator.take_definitions(true).into_iter();
    let definitions = definitions.map(|(name, schema)| (name, finished(schema))).collect();
    Tree { direction, schema: finished(schema.to_value()), definitions }
}

fn finished(schema: Value) -> Value {
    let mut schema = Schema::try_from(schema).unwrap_or_default();
    without_booleans(&mut schema);
    bounded(schema.to_value())
}
