//! The tool `search`: texts that are found by their words.
//!
//! In: documents, and what somebody types. Out: the documents that fit, best first, with what was found marked.
//! A backend is a file that implements [`Backend`] and [`Index`]; `app! { search: Postgres }` picks one.

use std::fmt;
use std::sync::Arc;

use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;

mod backend;
#[cfg(feature = "battery")]
pub mod battery;
mod document;
mod error;
mod fake;
#[cfg(feature = "fts5")]
mod fts5;
mod marked;
#[cfg(feature = "postgres")]
mod postgres;
pub mod slot;
mod words;

pub use self::backend::{Asked, Backend, Fitting, Index, Prepared};
pub use self::document::{Document, Found, Hit, LONGEST_DOCUMENT, Query};
pub use self::error::SearchError;
pub use self::fake::{Fake, FakeIndex, FakeSettings};
#[cfg(feature = "fts5")]
pub use self::fts5::{Fts5, Fts5Index, Fts5Settings};
pub use self::marked::{Marked, Part};
#[cfg(feature = "postgres")]
pub use self::postgres::{Postgres, PostgresIndex, PostgresSettings};
pub use self::words::Term;

/// The tool `search` on the backend `B`. Cheap to clone.
pub struct Search<B: Backend> {
    place: Arc<Place<B>>,
}

/// Where documents are: behind the backend, or in the memory of a test.
enum Place<B: Backend> {
    Real(B::Index),
    Fake(FakeIndex),
}

/// The same call, wherever the documents are.
macro_rules! ask {
    ($search:expr, $index:ident => $call:expr) => {
        match &*$search.place {
            Place::Real($index) => $call,
            Place::Fake($index) => $call,
        }
    };
}

/// Texts that are found by their words.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Search<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self { place: Arc::new(Place::Real(B::open(settings, boot).await?)) })
    }

    /// What a test gets: an empty index in memory.
    pub async fn fake() -> Result<Self> {
        Ok(Self { place: Arc::new(Place::Fake(FakeIndex::default())) })
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    /// Whether the index can be reached.
    pub async fn health_check(&self) -> Result<()> {
        Ok(ask!(self, index => index.check().await)?)
    }

    /// Makes a document findable, in place of the one with its id. Done means that the next query finds it.
    pub async fn index(&self, collection: &str, id: &str, document: Document) -> Result<(), SearchError> {
        document::check_name(collection)?;
        document::check_name(id)?;
        document.check()?;
        let words = |text: &str| -> Vec<String> {
            words::words(text).into_iter().map(|word| word.text).filter(|word| !word.is_empty()).collect()
        };
        let (title, text) = (words(&document.title), words(&document.text));
        let prepared = Prepared { collection: collection.to_owned(), id: id.to_owned(), document, title, text };
        ask!(self, index => index.put(prepared).await)
    }

    /// Removes a document. One that is not there is no failure.
    pub async fn remove(&self, collection: &str, id: &str) -> Result<(), SearchError> {
        document::check_name(collection)?;
        document::check_name(id)?;
        ask!(self, index => index.remove(collection, id).await)
    }

    /// Removes all documents of a collection, so that it can be indexed anew.
    pub async fn clear(&self, collection: &str) -> Result<(), SearchError> {
        document::check_name(collection)?;
        ask!(self, index => index.clear(collection).await)
    }

    /// The documents of a collection that fit, best first. Whatever somebody typed, it is a query.
    pub async fn query(&self, collection: &str, query: Query) -> Result<Found, SearchError> {
        document::check_name(collection)?;
        let terms = words::terms(&query.text, query.as_typed);
        // Nothing that must be there finds nothing, and a NUL is in no document.
        if terms.is_empty() || query.fields.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Ok(Found::default());
        }
        let asked = Asked {
            collection: collection.to_owned(),
            terms: terms.clone(),
            fields: query.fields,
            limit: query.limit,
            offset: query.offset,
        };
        let (fitting, total) = ask!(self, index => index.find(asked).await)?;
        let hits = fitting.into_iter().map(|one| Hit {
            title: Marked::whole(&one.document.title, &terms),
            excerpt: Marked::excerpt(&one.document.text, &terms),
            fields: one.document.fields,
            id: one.id,
            score: one.score,
        });
        Ok(Found { hits: hits.collect(), total })
    }
}

impl<B: Backend> Clone for Search<B> {
    fn clone(&self) -> Self {
        Self { place: Arc::clone(&self.place) }
    }
}

impl<B: Backend> fmt::Debug for Search<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Search")
    }
}
