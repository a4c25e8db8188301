//! What `app! { storage: … }` may name: the tool, and its backends by one word.

/// The tool; files are in a folder unless the application says otherwise.
pub type Tool<B = super::Local> = super::Storage<B>;

/// The words.
pub mod backends {
    pub use super::super::Local;
    #[cfg(feature = "s3")]
    pub use super::super::S3;
}
