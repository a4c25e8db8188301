//! What a reply's type says about how it is sent, for the documents.

/// In which form the success of a handler is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyForm {
    /// JSON, in the shape of the application's replies.
    Json,
    /// The same, with the `location` of what was created.
    Created,
    /// Nothing.
    Empty,
    /// The client is sent elsewhere: 303, 307 or 308.
    Redirect,
    /// Bytes of a media type.
    Media,
    /// A file: whole (200), a range of it (206, 416), nothing (304) or a refusal (412).
    File,
    /// Whatever the handler made.
    Response,
}
