//! The derive macros of the prelude. In: the tokens of one item. Out: `impl`s that name only `::microcore::__private`.
//!
//! None of them needs another dependency in the user's manifest: what serde and schemars derive is derived on a shadow
//! of the item, with our path, and the item's own `impl` hands over to it.

mod bounds;
mod label;
mod meters;
mod report;
pub(crate) mod row;
mod rule;
mod schema;
mod sentence;
mod serde;
mod settings;
mod shadow;
mod validate;
mod wire;

pub(crate) use self::label::expand_label;
pub(crate) use self::meters::expand_meters;
pub(crate) use self::schema::expand_schema;
pub(crate) use self::serde::{expand_deserialize, expand_serialize};
pub(crate) use self::settings::expand_settings;
pub(crate) use self::validate::expand_validate;

#[cfg(test)]
mod tests;
