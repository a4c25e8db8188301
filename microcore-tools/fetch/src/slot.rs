//! What `app! { fetch: … }` may name: the tool, and its backends by one word.

/// The tool; it speaks HTTP.
pub type Tool<B = super::Http> = super::Fetch<B>;

/// The words.
pub mod backends {
    pub use super::super::Http;
}
