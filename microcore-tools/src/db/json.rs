//! Rows straight to JSON: no `String` per field, for handlers that only pass rows on.
//!
//! In: the columns of a result and the schema of the reply. Out: a JSON list that the schema allows. The schema says
//! which property may hold what, so it is checked cell by cell; what it can't say so simply is refused at once.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use microcore_runtime::__private::write_text;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value as Json};

use crate::db::row::{Cells, Columns};
use crate::db::{DbError, FromValue, Mismatch, Row, Value};

/// What a handler replies that passes rows on: the JSON of a list of `T`.
pub type Rows<T> = microcore_runtime::response::Written<Vec<T>>;

/// What a property may hold, besides NULL.
#[derive(Debug, Clone, PartialEq)]
enum Holds {
    Integer(RangeInclusive<i64>),
    Number,
    Text,
    Boolean,
}

#[derive(Debug)]
struct Property {
    name: String,
    holds: Holds,
    nullable: bool,
}

/// Where a property is, and how it begins in the text.
struct Place {
    position: usize,
    property: usize,
    key: Vec<u8>,
}

/// One row, written: it only remembers where to.
pub(crate) struct WrittenRow<T>(Arc<Mutex<Vec<u8>>>, PhantomData<fn() -> T>);

/// How the rows of one query are written.
pub(crate) struct Plan {
    properties: Arc<Vec<Property>>,
    places: Arc<Vec<Place>>,
    text: Arc<Mutex<Vec<u8>>>,
}

/// The list of rows as text.
pub(crate) fn list<T>(rows: &[WrittenRow<T>]) -> Vec<u8> {
    let Some(WrittenRow(text, _)) = rows.first() else { return b"[]".to_vec() };
    let mut text = std::mem::take(&mut *text.lock().unwrap_or_else(PoisonError::into_inner));
    text.push(b']');
    text
}

impl<T: JsonSchema + 'static> Row for WrittenRow<T> {
    // What a property must hold is checked cell by cell.
    type Reads = crate::db::reads::Unknown;
    type Positions = Plan;

    fn positions(columns: &Columns<'_>) -> Result<Plan, DbError> {
        let text = Arc::new(Mutex::new(Vec::with_capacity(1_024)));
        let (properties, places) = known::<T>(columns)?;
        Ok(Plan { properties, places, text })
    }

    fn read<C: Cells>(plan: &Plan, cells: &C) -> Result<Self, DbError> {
        let mut text = plan.text.lock().unwrap_or_else(PoisonError::into_inner);
        let before = if text.is_empty() { b'[' } else { b',' };
        text.push(before);
        for place in plan.places.iter() {
            text.extend_from_slice(&place.key);
            write_cell(&mut text, &plan.properties[place.property], cells.cell(place.position)?)?
                .map_err(|mismatch| DbError::mismatch(format!("column `{}` {mismatch}", cells.name(place.position))))?;
        }
        text.push(b'}');
        drop(text);
        Ok(Self(Arc::clone(&plan.text), PhantomData))
    }
}

/// The outer error is that of writing, the inner one says that the value is not what the property holds.
fn write_cell(text: &mut Vec<u8>, property: &Property, value: Value<'_>) -> Result<Result<(), Mismatch>, DbError> {
    let mismatch = |expected, value: &Value<'_>| Ok(Err(Mismatch::new(expected, value)));
    match (&property.holds, &value) {
        (_, Value::Null) if property.nullable => text.extend_from_slice(b"null"),
        (Holds::Integer(range), Value::Int(int)) if range.contains(int) => json(text, int)?,
        (Holds::Integer(_), other) => return mismatch("an integer in its range", other),
        (Holds::Number, Value::Float(float)) if float.is_finite() => json(text, float)?,
        // Only where a float holds it exactly.
        (Holds::Number, Value::Int(_)) => match f64::from_value(value) {
            Ok(float) => json(text, &float)?,
            Err(mismatch) => return Ok(Err(mismatch)),
        },
        (Holds::Number, other) => return mismatch("a finite number", other),
        (Holds::Text, Value::Text(string)) => write_text(text, string),
        (Holds::Text, other) => return mismatch("a text", other),
        (Holds::Boolean, Value::Bool(bool)) => json(text, bool)?,
        (Holds::Boolean, Value::Int(int @ 0..=1)) => json(text, &(*int == 1))?,
        (Holds::Boolean, other) => return mismatch("a boolean", other),
    }
    Ok(Ok(()))
}

fn json<T: serde::Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) -> Result<(), DbError> {
    serde_json::to_writer(text.by_ref(), value).map_err(|error| DbError::mismatch(error.to_string()))
}

/// What is written for a type from these columns.
type Known = (Arc<Vec<Property>>, Arc<Vec<Place>>);

/// So many results are remembered per thread.
const REMEMBERED: usize = 256;

/// Made once per type, columns and thread, so that the way of a query meets no lock.
fn known<T: JsonSchema + 'static>(columns: &Columns<'_>) -> Result<Known, DbError> {
    thread_local!(static KNOWN: RefCell<HashMap<(TypeId, u64), Known>> = RefCell::default());
    let key = (TypeId::of::<T>(), columns.fingerprint());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return Ok(known);
    }
    let of = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
    let properties = properties_of::<T>(of)?;
    let places = places_of(&properties, columns, of)?;
    let made = (Arc::new(properties), Arc::new(places));
    KNOWN.with_borrow_mut(|known| {
        // An application has fewer; one that builds SQL at run time starts anew now and then.
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, made.clone());
    });
    Ok(made)
}

fn places_of(properties: &[Property], columns: &Columns<'_>, of: &str) -> Result<Vec<Place>, DbError> {
    let mut places = Vec::with_capacity(properties.len());
    for (property, Property { name, .. }) in properties.iter().enumerate() {
        places.push(Place { position: columns.position(name, of)?, property, key: Vec::new() });
    }
    // In the order of the columns, which is the author's; that of a schema is the alphabet's.
    places.sort_by_key(|place| place.position);
    for (index, place) in places.iter_mut().enumerate() {
        place.key.push(if index == 0 { b'{' } else { b',' });
        json(&mut place.key, &properties[place.property].name)?;
        place.key.push(b':');
    }
    Ok(places)
}

fn properties_of<T: JsonSchema>(of: &str) -> Result<Vec<Property>, DbError> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    schema.as_object().and_then(properties).ok_or_else(|| {
        DbError::usage(format!(
            "`{of}` can't be written straight to JSON: its fields must be integers, floats, `bool`, `String` or an \
             `Option` of one; use `query`"
        ))
    })
}

/// Every property, where the schema is a plain object of plain values.
fn properties(schema: &Map<String, Json>) -> Option<Vec<Property>> {
    const PLAIN: [&str; 7] =
        ["$schema", "title", "description", "type", "properties", "required", "additionalProperties"];
    if schema.get("type")? != "object" || !schema.keys().all(|key| PLAIN.contains(&key.as_str())) {
        return None;
    }
    let properties = schema.get("properties")?.as_object()?;
    properties.iter().map(|(name, schema)| property(name, schema.as_object()?)).collect()
}

fn property(name: &str, schema: &Map<String, Json>) -> Option<Property> {
    const PLAIN: [&str; 8] = ["title", "description", "type", "format", "minimum", "maximum", "default", "examples"];
    if !schema.keys().all(|key| PLAIN.contains(&key.as_str())) {
        return None;
    }
    let (ty, nullable) = match schema.get("type")? {
        Json::String(ty) => (ty.as_str(), false),
        Json::Array(types) => match types.as_slice() {
            [ty, Json::String(null)] if null == "null" => (ty.as_str()?, true),
            _ => return None,
        },
        _ => return None,
    };
    let format = schema.get("format").and_then(Json::as_str);
    let holds = match (ty, format) {
        ("integer", format) => Holds::Integer(range(schema, format)?),
        ("number", Some("double")) => Holds::Number,
        ("string", None) => Holds::Text,
        ("boolean", None) => Holds::Boolean,
        _ => return None,
    };
    Some(Property { name: name.to_owned(), holds, nullable })
}

fn range(schema: &Map<String, Json>, format: Option<&str>) -> Option<RangeInclusive<i64>> {
    let (least, most) = match format? {
        "int8" => (i64::from(i8::MIN), i64::from(i8::MAX)),
        "int16" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "int32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        "int64" | "int" => (i64::MIN, i64::MAX),
        "uint8" => (0, i64::from(u8::MAX)),
        "uint16" => (0, i64::from(u16::MAX)),
        "uint32" => (0, i64::from(u32::MAX)),
        "uint64" | "uint" => (0, i64::MAX),
        _ => return None,
    };
    let bound = |key| schema.get(key).map(|value| value.as_i64().ok_or(())).transpose().ok();
    Some(least.max(bound("minimum")?.unwrap_or(least))..=most.min(bound("maximum")?.unwrap_or(most)))
}
