//! What stands behind [`Search`](super::Search). Words are made and marked before and after it, so all backends find the
//! same; in what order is their own.

use std::collections::BTreeMap;
use std::future::Future;

use microcore::lifecycle::Boot;
use microcore::settings::Settings;

use super::{Document, SearchError, Term};

/// A kind of index. The type is a name only: `Search<Postgres>`.
pub trait Backend: Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open index.
    type Index: Index;

    /// Opens it. One that can't be reached now is no failure: what is asked of it is refused as unavailable.
    fn open(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = microcore::error::Result<Self::Index>> + Send;
}

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prepared {
    /// Where it belongs.
    pub collection: String,
    /// Its name there.
    pub id: String,
    /// As it was given.
    pub document: Document,
    /// The words of its title, in their order: letters and digits in lower case, 64 bytes each at the most.
    pub title: Vec<String>,
    /// The words of its text.
    pub text: Vec<String>,
}

/// A query as it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// Where to look.
    pub collection: String,
    /// What must be there, and what must not; something must be there.
    pub terms: Vec<Term>,
    /// Fields that must be so.
    pub fields: BTreeMap<String, String>,
    /// The most hits.
    pub limit: u32,
    /// How many hits are left out.
    pub offset: u32,
}

/// A document that fits.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fitting {
    /// Its name.
    pub id: String,
    /// As it was given.
    pub document: Document,
    /// More is better.
    pub score: f64,
}

impl Fitting {
    /// For backends.
    pub fn of(id: impl Into<String>, document: Document, score: f64) -> Self {
        Self { id: id.into(), document, score }
    }
}

/// An open index.
pub trait Index: Send + Sync + 'static {
    /// Stores a document, in place of the one with its name.
    fn put(&self, document: Prepared) -> impl Future<Output = Result<(), SearchError>> + Send;

    /// Removes a document; one that is not there is no failure.
    fn remove(&self, collection: &str, id: &str) -> impl Future<Output = Result<(), SearchError>> + Send;

    /// Removes all documents of a collection.
    fn clear(&self, collection: &str) -> impl Future<Output = Result<(), SearchError>> + Send;

    /// The documents that fit, best first and by id where two fit alike, and how many there are in all.
    fn find(&self, asked: Asked) -> impl Future<Output = Result<(Vec<Fitting>, u64), SearchError>> + Send;

    /// Whether the index can be reached.
    fn check(&self) -> impl Future<Output = Result<(), SearchError>> + Send;
}
