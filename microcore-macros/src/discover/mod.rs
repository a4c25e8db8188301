//! The folders of the application, listed by name. What the files mean travels as tokens, not through here.

mod contents;
mod folder;
mod listing;

use self::contents::Contents;
pub(crate) use self::folder::ModuleFile;
pub(crate) use self::listing::{Domain, GuestFolder, Listing, Migration};
