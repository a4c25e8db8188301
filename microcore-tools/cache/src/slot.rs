//! What `app! { cache: … }` may name: the tool, and its backends by one word.

/// The tool; values are in this process's memory unless the application says otherwise.
pub type Tool<B = super::Memory> = super::Cache<B>;

/// The words.
pub mod backends {
    pub use super::super::Memory;
    #[cfg(feature = "redis")]
    pub use super::super::Redis;
}
