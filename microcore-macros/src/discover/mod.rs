//! The folders of the application, listed by name. What the files mean travels as tokens, not through here.

mod folder;
mod listing;

pub(crate) use self::listing::{Domain, Listing, Migration};
