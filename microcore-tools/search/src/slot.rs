//! What `app! { search: … }` may name: the tool, and its backends by one word.

/// The tool; the index is a file of SQLite unless the application says otherwise.
#[cfg(feature = "fts5")]
pub type Tool<B = super::Fts5> = super::Search<B>;

/// The tool, without SQLite.
#[cfg(not(feature = "fts5"))]
pub type Tool<B> = super::Search<B>;

/// The words.
pub mod backends {
    #[cfg(feature = "fts5")]
    pub use super::super::Fts5;
    #[cfg(feature = "postgres")]
    pub use super::super::Postgres;
}
