//! What `app! { llm: … }` may name: the tool, and its backends by one word.

/// The tool; without a model it says what it is told unless the application says otherwise.
pub type Tool<B = super::Scripted> = super::Llm<B>;

/// The words.
pub mod backends {
    #[cfg(feature = "remote")]
    pub use super::super::Remote;
    pub use super::super::Scripted;
}
