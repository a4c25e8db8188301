//! Folders of files, as the settings name them and as plugins mount them.
//!
//! In: what stands behind a folder's path in a request. Out: the file with ranges and conditions, or nothing.

mod folder;
mod found;
mod mount;
mod name;
mod open_folder;

pub use self::folder::Folder;
pub use self::mount::{Mount, answer_mount};
pub(crate) use self::open_folder::OpenFolder;
