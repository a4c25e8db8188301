//! What `app! { mail: … }` may name: the tool, and its backends by one word.

/// The tool; a folder is where mails go unless the application says otherwise.
pub type Tool<B = super::Folder> = super::Mail<B>;

/// The words.
pub mod backends {
    pub use super::super::Folder;
    #[cfg(feature = "smtp")]
    pub use super::super::Smtp;
}
