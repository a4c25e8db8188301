//! What `app! { sidecars: … }` may name: the tool, and the kinds of guests by one word.

/// The tool.
pub type Tool<K = super::Process> = super::Sidecars<K>;

/// The words.
pub mod backends {
    pub use super::super::Process;
}
