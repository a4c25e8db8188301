//! What is indexed, what is asked, and what is found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Marked, SearchError};

/// The most bytes of a document, title, text and fields together.
pub const LONGEST_DOCUMENT: usize = 256 * 1024;

/// The most bytes of an id, and of the name of a collection.
const LONGEST_NAME: usize = 200;

/// A text that can be found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// Its title; words in it count for more.
    pub title: String,
    /// Its text, without markup.
    pub text: String,
    /// What a query may ask for exactly: a language, a customer.
    pub fields: BTreeMap<String, String>,
}

impl Document {
    /// With this title.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// The text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }

    /// A field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    pub(crate) fn check(&self) -> Result<(), SearchError> {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        let bytes = self.title.len() + self.text.len() + fields;
        if bytes > LONGEST_DOCUMENT {
            return Err(SearchError::document(format!("it has {bytes} bytes of at most {LONGEST_DOCUMENT}")));
        }
        let texts =
            [&self.title, &self.text].into_iter().chain(self.fields.iter().flat_map(|(name, value)| [name, value]));
        if texts.into_iter().any(|text| text.contains('\0')) {
            return Err(SearchError::document("it has a character NUL"));
        }
        Ok(())
    }
}

/// Whether this may be an id, or the name of a collection.
pub(crate) fn check_name(name: &str) -> Result<(), SearchError> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
        return Err(SearchError::document(format!(
            "`{}` is no name: 1 to {LONGEST_NAME} bytes are",
            name.escape_debug()
        )));
    }
    Ok(())
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a query is asked by `search.query`"]
#[non_exhaustive]
pub struct Query {
    /// What somebody typed: words that must all be there, `"words side by side"`, `-words` that must not.
    pub text: String,
    /// Whether the last word may go on, as while somebody types.
    pub as_typed: bool,
    /// Fields that must be so.
    pub fields: BTreeMap<String, String>,
    /// The most hits.
    pub limit: u32,
    /// How many hits are left out.
    pub offset: u32,
}

impl Query {
    /// For what somebody typed; the first 20 hits.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), as_typed: false, fields: BTreeMap::new(), limit: 20, offset: 0 }
    }

    /// The last word may go on.
    pub fn as_typed(self) -> Self {
        Self { as_typed: true, ..self }
    }

    /// Only documents with this field.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// So many hits at the most; 100 is the most of all.
    pub fn limit(self, limit: u32) -> Self {
        Self { limit: limit.min(100), ..self }
    }

    /// Without the first hits.
    pub fn offset(self, offset: u32) -> Self {
        Self { offset, ..self }
    }
}

/// What is found.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// How well it fits; only numbers of one query can be compared.
    pub score: f64,
    /// Its title, with what was found in it.
    pub title: Marked,
    /// A part of its text, with what was found in it.
    pub excerpt: Marked,
    /// Its fields.
    pub fields: BTreeMap<String, String>,
}
