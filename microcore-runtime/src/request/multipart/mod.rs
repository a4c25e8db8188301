//! The multipart body (RFC 7578), part by part as it arrives: nothing is kept that the handler does not keep.
//!
//! In: head and body. Out: one [`Part`] at a time, or the error that refuses the body: 415 not multipart, 413 too long,
//! 400 malformed, 408 too slow.
//!
//! Every byte is looked at a bounded number of times, however the body is cut into pieces: a search goes on where the
//! last one ended, and what is no content (a part's head, what comes before the first part and after the last one) is
//! at most [`MOST_HEAD`] bytes.

mod disposition;
mod files;
mod part;
mod reader;

#[cfg(test)]
mod tests;

pub use self::files::Files;
pub use self::part::Part;

/// Most bytes of one part's head, of what comes before the first part, and of what comes after the last one.
const MOST_HEAD: usize = 8 * 1024;
